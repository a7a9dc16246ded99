-- grain: one row per authority, month and measure, as the child-level lists give it; a ratio waits for its parts
with
    undecided as (select distinct authority_code, extract, reporting_month from {{ ref("int_lists__undecided") }}),

    -- every measure of every month that its list tells of, also where nobody is in it
    due as (
        select
            told.authority_code,
            told.month,
            measures.measure_id,
            told.reporting_month,
            told.dataset,
            (measures.needs_in_full is null or lists.extract is not null)
            -- what began is known without the dates on which it ended
            and (
                undecided.extract is null or measures.counted_at in ('received', 'started', 'made', 'began')
            ) as is_told
        from {{ ref("int_months__told") }} as told
        inner join {{ ref("measures") }} as measures on told.extract = measures.due_with
        left join
            {{ ref("int_months__told") }} as lists
            on measures.needs_in_full = lists.extract
            and told.authority_code = lists.authority_code
            and told.month = lists.month
            and lists.is_in_full
        left join
            undecided
            on told.extract = undecided.extract
            and told.authority_code = undecided.authority_code
            and told.told_in = undecided.reporting_month
    ),

    -- a child who is erased still counts in what was published, but nobody knows who it was
    members as (
        select
            authority_code,
            month,
            measure_id,
            count(case when is_member then 1 end) as members,
            count(case when is_member is null then 1 end) as untold,
            count(case when not is_settled then 1 end) as unsettled
        from {{ ref("int_members__unioned") }}
        group by authority_code, month, measure_id

        union all

        select authority_code, month, measure_id, members, 0 as untold, 0 as unsettled
        from {{ source("decisions", "erased_counts") }}
    ),

    counted as (
        select
            authority_code,
            month,
            measure_id,
            sum(members) as members,
            sum(untold) as untold,
            sum(unsettled) as unsettled
        from members
        group by authority_code, month, measure_id
    ),

    figures as (
        select
            due.authority_code,
            due.month,
            due.measure_id,
            cast(
                case
                    when due.is_told and coalesce(counted.untold, 0) = 0 then coalesce(counted.members, 0)
                end as double
            ) as value,
            coalesce(counted.unsettled, 0) = 0 as is_mature,
            due.reporting_month,
            due.dataset
        from due
        left join
            counted
            on due.authority_code = counted.authority_code
            and due.month = counted.month
            and due.measure_id = counted.measure_id
    ),

    with_ratios as (
        select authority_code, month, measure_id, value, is_mature, reporting_month, dataset
        from figures

        union all

        select
            numerators.authority_code,
            numerators.month,
            ratios.measure_id,
            cast(null as double) as value,
            numerators.is_mature and denominators.is_mature as is_mature,
            greatest(numerators.reporting_month, denominators.reporting_month) as reporting_month,
            numerators.dataset
        from {{ ref("measures") }} as ratios
        inner join figures as numerators on ratios.numerator_id = numerators.measure_id
        inner join
            figures as denominators
            on ratios.denominator_id = denominators.measure_id
            and numerators.authority_code = denominators.authority_code
            and numerators.month = denominators.month
        where ratios.kind = 'ratio'
    )

select
    with_ratios.authority_code,
    with_ratios.month,
    with_ratios.measure_id,
    'computed' as basis,
    with_ratios.value,
    cast(null as double) as printed_value,
    cast(null as double) as printed_ytd,
    with_ratios.value is not null as is_supplied,
    with_ratios.is_mature,
    with_ratios.reporting_month,
    datasets.dataset_name || ' lists up to ' || substr(cast(with_ratios.reporting_month as string), 1, 7) as source_ref
from with_ratios
inner join {{ ref("datasets") }} as datasets on with_ratios.dataset = datasets.dataset
