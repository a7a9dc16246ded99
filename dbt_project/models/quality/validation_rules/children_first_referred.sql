-- grain: one row per child: the first referral or episode of need that lists show
{{ config(materialized="view") }}
select child_key, min(day) as first_date
from
    (
        select child_key, referral_date as day
        from {{ ref("fct_referrals") }}
        where not is_withdrawn

        union all

        select child_key, cin_start_date as day
        from {{ ref("fct_cin_episodes") }}
        where not is_withdrawn
    ) as beginnings
group by child_key
