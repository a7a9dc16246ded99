-- grain: one row per child-level file (sheet, module, part) that was loaded, every version: what became of its rows
with
    outcomes as (
        select
            delivery_id,
            sum(case when outcome = 'read' then rows_of_outcome else 0 end) as rows_staged,
            sum(case when outcome = 'blank' then rows_of_outcome else 0 end) as rows_blank,
            sum(case when outcome = 'rejected' then rows_of_outcome else 0 end) as rows_rejected,
            sum(case when outcome = 'repeated' then rows_of_outcome else 0 end) as rows_repeated,
            sum(case when outcome = 'set aside' then rows_of_outcome else 0 end) as rows_set_aside,
            sum(case when outcome = 'doubled' then rows_of_outcome else 0 end) as rows_doubled
        from {{ ref("int_rows__not_counted") }}
        group by delivery_id
    ),

    events as (
        select
            list,
            delivery_id,
            sum(case when is_withdrawn then 0 else events end) as rows_counted,
            sum(case when is_withdrawn then events else 0 end) as rows_withdrawn
        from {{ ref("rows_counted") }}
        group by list, delivery_id
    ),

    last_deliveries as (
        select list, delivery_id
        from {{ ref("int_lists__deliveries") }}
        qualify delivery_number = max(delivery_number) over (partition by authority_code, list)
    ),

    accounted as (
        select
            deliveries.delivery_id,
            deliveries.authority_code,
            deliveries.extract,
            deliveries.reporting_month,
            deliveries.version,
            deliveries.is_current,
            deliveries.file_path,
            deliveries.sheet,
            deliveries.row_count,
            last_deliveries.delivery_id is not null as is_last,
            tables.list is null as is_of_details,
            outcomes.rows_blank,
            outcomes.rows_rejected,
            outcomes.rows_repeated,
            outcomes.rows_set_aside,
            outcomes.rows_staged
            - outcomes.rows_rejected
            - outcomes.rows_repeated
            - outcomes.rows_set_aside
            - outcomes.rows_doubled as rows_used,
            coalesce(events.rows_counted, 0) as rows_counted,
            coalesce(events.rows_withdrawn, 0) as rows_withdrawn
        from {{ ref("int_deliveries") }} as deliveries
        inner join outcomes on deliveries.delivery_id = outcomes.delivery_id
        left join {{ ref("list_tables") }} as tables on deliveries.extract = tables.extract and tables.is_accounted_as
        left join events on deliveries.delivery_id = events.delivery_id and tables.list = events.list
        left join
            last_deliveries
            on deliveries.delivery_id = last_deliveries.delivery_id
            and tables.list = last_deliveries.list
    ),

    -- of the last file of a list every event stands in its fact; of an earlier one those that no later file gives
    shared_out as (
        select
            accounted.delivery_id,
            accounted.authority_code,
            accounted.extract,
            accounted.reporting_month,
            accounted.version,
            accounted.is_current,
            accounted.file_path,
            accounted.sheet,
            accounted.row_count + accounted.rows_blank as rows_read,
            case when accounted.is_current then accounted.rows_counted else 0 end as rows_counted,
            case
                when accounted.is_current and accounted.is_of_details then accounted.rows_used else 0
            end as rows_of_details,
            case
                when accounted.is_current and not accounted.is_of_details and not accounted.is_last
                then greatest(accounted.rows_used - accounted.rows_counted - accounted.rows_withdrawn, 0)
                else 0
            end as rows_given_again,
            case when accounted.is_current then accounted.rows_withdrawn else 0 end as rows_withdrawn,
            case when accounted.is_current then accounted.rows_repeated else 0 end as rows_repeated,
            case when accounted.is_current then accounted.rows_rejected else 0 end as rows_rejected,
            case when accounted.is_current then accounted.rows_set_aside else 0 end as rows_set_aside,
            case when accounted.is_current then 0 else accounted.row_count end as rows_replaced,
            accounted.rows_blank
        from accounted
    )

select
    shared_out.authority_code,
    shared_out.extract,
    shared_out.reporting_month,
    shared_out.version,
    shared_out.is_current as is_current_version,
    shared_out.file_path
    || case when shared_out.sheet is not null then ', sheet ' || shared_out.sheet else '' end as source_ref,
    cast(shared_out.rows_read as int) as rows_read,
    cast(shared_out.rows_counted as int) as rows_counted,
    cast(shared_out.rows_of_details as int) as rows_of_details,
    cast(shared_out.rows_given_again as int) as rows_given_again,
    cast(shared_out.rows_withdrawn as int) as rows_withdrawn,
    cast(shared_out.rows_repeated as int) as rows_repeated,
    cast(shared_out.rows_rejected as int) as rows_rejected,
    cast(shared_out.rows_set_aside as int) as rows_set_aside,
    cast(shared_out.rows_replaced as int) as rows_replaced,
    cast(shared_out.rows_blank as int) as rows_blank,
    cast(
        shared_out.rows_read
        - shared_out.rows_counted
        - shared_out.rows_of_details
        - shared_out.rows_given_again
        - shared_out.rows_withdrawn
        - shared_out.rows_repeated
        - shared_out.rows_rejected
        - shared_out.rows_set_aside
        - shared_out.rows_replaced
        - shared_out.rows_blank as int
    ) as rows_unaccounted
from shared_out
