-- grain: one row per authority, list, column, unknown spelling and suggestion; in the current versions
with
    unknown as (
        select
            cells.authority_code,
            cells.extract,
            cells.column_name,
            cells.code_list,
            cells.is_personal,
            {{ folded("cells.raw_text") }} as spelling,
            count(*) as cells,
            min(cells.reporting_month) as first_reporting_month,
            max(cells.reporting_month) as last_reporting_month,
            min(cells.source_ref) as source_ref
        from {{ ref("int_rejected_cells") }} as cells
        where
            cells.is_current
            and cells.code_list is not null
            and trim(cells.raw_text) <> ''
            and not {{ is_error_cell("cells.raw_text") }}
        group by
            cells.authority_code,
            cells.extract,
            cells.column_name,
            cells.code_list,
            cells.is_personal,
            {{ folded("cells.raw_text") }}
    ),

    -- each code by the known spelling that is most like
    compared as (
        select
            unknown.authority_code,
            unknown.extract,
            unknown.column_name,
            unknown.code_list,
            unknown.spelling,
            known.code,
            known.spelling as known_spelling,
            {{ likeness("unknown.spelling", "known.spelling") }} as likeness,
            row_number() over (
                partition by unknown.authority_code, unknown.extract, unknown.column_name, unknown.spelling, known.code
                order by
                    {{ likeness("unknown.spelling", "known.spelling") }} desc nulls last, known.spelling asc nulls last
            ) as place_in_code
        from unknown
        inner join {{ ref("code_spellings") }} as known on unknown.code_list = known.code_list
    ),

    ranked as (
        select
            compared.authority_code,
            compared.extract,
            compared.column_name,
            compared.spelling,
            compared.code,
            compared.known_spelling,
            compared.likeness,
            row_number() over (
                partition by compared.authority_code, compared.extract, compared.column_name, compared.spelling
                order by
                    -- what the rules suggest, then the most alike
                    case
                        compared.code
                        when judged.first_suggestion
                        then 1
                        when judged.second_suggestion
                        then 2
                        when judged.third_suggestion
                        then 3
                        else 4
                    end asc nulls last,
                    compared.likeness desc nulls last,
                    compared.code asc nulls last
            ) as suggestion
        from compared
        left join
            {{ source("spelling", "spellings_judged") }} as judged
            on compared.code_list = judged.code_list
            and compared.spelling = judged.spelling
        where compared.place_in_code = 1
    )

select
    unknown.authority_code,
    unknown.extract,
    unknown.column_name as source_column,
    unknown.code_list,
    -- a personal text is shown to nobody; source_ref says where to look
    cast(
        dense_rank() over (
            partition by unknown.authority_code, unknown.extract, unknown.column_name
            order by unknown.spelling asc nulls last
        ) as int
    ) as spelling_number,
    case when unknown.is_personal then '(withheld)' else unknown.spelling end as spelling,
    cast(unknown.cells as bigint) as cells,
    unknown.first_reporting_month,
    unknown.last_reporting_month,
    unknown.source_ref,
    cast(ranked.suggestion as int) as suggestion,
    ranked.code as suggested_code,
    codes.label as suggested_label,
    ranked.known_spelling,
    cast(ranked.likeness as double) as likeness
from unknown
inner join
    ranked
    on unknown.authority_code = ranked.authority_code
    and unknown.extract = ranked.extract
    and unknown.column_name = ranked.column_name
    and unknown.spelling = ranked.spelling
    and ranked.suggestion <= 3
left join {{ ref("code_lists") }} as codes on unknown.code_list = codes.code_list and ranked.code = codes.code
