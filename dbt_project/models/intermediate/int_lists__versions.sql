-- grain: one row per authority, list, reporting month, version and table that its rows come from
-- A list of Annex A has the ledger's versions. One that another profile's tables make up has a new version with each correction
-- of any of them; of its own table every version is a version of the list, and the other tables are those of today.
with accepted as (
    select
        authority_code,
        extract,
        reporting_month,
        version,
        file_path,
        sheet,
        columns_chosen,
        file_sha256,
        row_count,
        loaded_at
    from {{ source('quality', 'ingest_ledger') }}
    where status = 'accepted' and loaded_at is not null
),

list_parts as (
    {%- for list in var('lists') + var('own_lists') %}
    {%- if list in var('lists') %}
    select
        '{{ list }}' as list,
        'annex_a' as profile,
        0 as profile_number,
        '{{ list }}' as extract,
        true as is_own,
        0 as first_row

    union all
    {% endif %}
    {%- set list_loop = loop %}
    {%- for profile, parts in profile_parts()[list].items() %}
    {%- set profile_loop = loop %}
    {%- for extract in (parts['own'].keys() | list) + parts.get('others', []) %}
    select
        '{{ list }}' as list,
        '{{ profile }}' as profile,
        {{ profile_numbers()[profile] }} as profile_number,
        '{{ extract }}' as extract,
        {{ extract in parts['own'] }} as is_own,
        {{ parts['own'].get(extract, 0) }} as first_row

    {{ 'union all' if not (loop.last and profile_loop.last and list_loop.last) }}
    {% endfor %}
    {%- endfor %}
    {%- endfor %}
),

current_parts as (
    select
        accepted.authority_code,
        accepted.reporting_month,
        list_parts.list,
        list_parts.profile,
        list_parts.extract,
        list_parts.is_own,
        max(accepted.version) as version,
        max(accepted.loaded_at) as loaded_at
    from accepted
    inner join list_parts on accepted.extract = list_parts.extract
    where list_parts.profile_number > 0
    group by
        accepted.authority_code,
        accepted.reporting_month,
        list_parts.list,
        list_parts.profile,
        list_parts.extract,
        list_parts.is_own
),

put_together as (
    select
        authority_code,
        reporting_month,
        list,
        profile,
        100 * sum(version) as version,
        max(loaded_at) as loaded_at,
        {{ join_sorted('extract', 'extract') }} as parts
    from current_parts
    group by authority_code, reporting_month, list, profile
    having bool_or(is_own)
)

select
    accepted.authority_code,
    list_parts.list as extract,
    accepted.reporting_month,
    cast(
        case
            when list_parts.profile_number = 0 then accepted.version
            else list_parts.profile_number * {{ versions_of_a_profile() }} + put_together.version - (current_parts.version - accepted.version)
        end as int
    ) as version,
    list_parts.profile,
    accepted.extract as own_extract,
    accepted.version as own_version,
    list_parts.first_row,
    accepted.version = coalesce(current_parts.version, max(accepted.version) over (
        partition by accepted.authority_code, list_parts.list, list_parts.profile, accepted.extract, accepted.reporting_month
    )) as is_current,
    coalesce(put_together.loaded_at, accepted.loaded_at) as loaded_at,
    put_together.parts,
    accepted.file_path,
    accepted.sheet,
    accepted.columns_chosen,
    accepted.file_sha256,
    accepted.row_count,
    {{ json_text('accepted.columns_chosen', 'birth_date') }} is not null as has_birth_date
from accepted
inner join list_parts on accepted.extract = list_parts.extract and list_parts.is_own
left join current_parts
    on
        accepted.authority_code = current_parts.authority_code
        and accepted.reporting_month = current_parts.reporting_month
        and accepted.extract = current_parts.extract
        and list_parts.list = current_parts.list
        and list_parts.profile = current_parts.profile
left join put_together
    on
        accepted.authority_code = put_together.authority_code
        and accepted.reporting_month = put_together.reporting_month
        and list_parts.list = put_together.list
        and list_parts.profile = put_together.profile
