-- grain: one row per authority, reporting month, validation rule and event that breaks it, as the list of that month
-- has it
-- What other lists say of the child is taken from the facts, which is what is known now. Whether something is still
-- open that the month's list no longer shows, we cannot know.
{{ config(materialized="view") }}
select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__assessments") }}

union all

select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__section_47") }}

union all

select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__cin") }}

union all

select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__cpp") }}

union all

select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__lac") }}

union all

select authority_code, month, extract, rule, event_key, child_key
from {{ ref("validation_breaches__lac_episodes") }}
