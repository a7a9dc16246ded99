-- grain: one row per list of events and delivery whose rows are events of it, numbered in the order in which deliveries
-- count
-- Of two deliveries that give the same event the later counts: by month, then by the dataset's rank
-- (reference.datasets), then by version; in one dataset and month by the order of its tables.
with
    -- a correction of a table that says more of the events is a correction of the list, too
    latest_parts as (
        select
            deliveries.authority_code,
            deliveries.reporting_month,
            parts.list,
            parts.dataset,
            max(deliveries.loaded_at) as loaded_at
        from {{ ref("int_deliveries") }} as deliveries
        inner join {{ ref("list_tables") }} as parts on deliveries.extract = parts.extract
        where deliveries.is_current
        group by deliveries.authority_code, deliveries.reporting_month, parts.list, parts.dataset
    ),

    of_lists as (
        select
            parts.list,
            deliveries.delivery_id,
            deliveries.authority_code,
            deliveries.reporting_month,
            deliveries.dataset,
            datasets.dataset_rank,
            deliveries.extract,
            parts.table_order,
            deliveries.version,
            deliveries.versions_behind,
            deliveries.is_current,
            deliveries.has_birth_date,
            deliveries.file_path,
            deliveries.sheet,
            deliveries.row_count,
            latest_parts.loaded_at
        from {{ ref("int_deliveries") }} as deliveries
        inner join {{ ref("list_tables") }} as parts on deliveries.extract = parts.extract and parts.is_own
        inner join {{ ref("datasets") }} as datasets on deliveries.dataset = datasets.dataset
        inner join
            latest_parts
            on deliveries.authority_code = latest_parts.authority_code
            and deliveries.reporting_month = latest_parts.reporting_month
            and parts.list = latest_parts.list
            and parts.dataset = latest_parts.dataset
    )

select
    list,
    delivery_id,
    authority_code,
    reporting_month,
    dataset,
    dataset_rank,
    extract,
    version,
    versions_behind,
    is_current,
    is_current
    and dataset_rank = min(dataset_rank) over (partition by authority_code, list, reporting_month) as is_leading,
    cast(
        row_number() over (
            partition by authority_code, list
            order by
                reporting_month asc nulls last,
                dataset_rank desc nulls last,
                versions_behind desc nulls last,
                table_order asc nulls last,
                delivery_id asc nulls last
        ) as int
    ) as delivery_number,
    has_birth_date,
    file_path,
    sheet,
    row_count,
    loaded_at
from of_lists
