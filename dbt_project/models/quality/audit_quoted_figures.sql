-- grain: one row per comparison of a figure that a text quotes with the marts: can it be computed, is it the same
select
    'quoted_figures_can_be_computed' as check_id,
    {{
        comparison_id(
            [
                "'quoted_figures_can_be_computed'",
                "authority_code",
                "reporting_month",
                "measure_id",
                "month",
                "statistic",
                "topic",
                "occurrence",
            ]
        )
    }} as comparison_id,
    authority_code,
    'quoted_figures' as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    obstacle is null as is_agreed,
    measure_name
    || ', '
    || statistic_name
    || ', '
    || month_name
    || ': quoted as '
    || value_name
    || ' under '
    || {{ quoted("topic") }}
    || '. It cannot be computed because '
    || obstacle
    || '.' as message,
    source_ref
from {{ ref("quoted_figures__answered") }}

union all

select
    case basis when 'reported' then 'quoted_figures_agree' else 'quoted_figures_agree_with_lists' end as check_id,
    {{
        comparison_id(
            [
                "'quoted_figures_agree'",
                "basis",
                "authority_code",
                "reporting_month",
                "measure_id",
                "month",
                "statistic",
                "topic",
                "occurrence",
            ]
        )
    }} as comparison_id,
    authority_code,
    'quoted_figures' as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    -- half up: 12.5 is quoted as 13
    expected >= figure - half_a_digit and expected < figure + half_a_digit as is_agreed,
    measure_name
    || ', '
    || statistic_name
    || ', '
    || month_name
    || ': quoted as '
    || value_name
    || ' under '
    || {{ quoted("topic") }}
    || '. '
    || case basis when 'reported' then 'The printed tables give ' else 'The child-level lists give ' end
    || {{ show_figure("expected", "unit") }}
    || '.' as message,
    source_ref
from {{ ref("quoted_figures__answered") }}
where obstacle is null

union all

select
    'commentary_agrees_with_figures' as check_id,
    {{
        comparison_id(
            [
                "'commentary_agrees_with_figures'",
                "authority_code",
                "reporting_month",
                "file_path",
                "measure_id",
                "typed_text",
                "place",
            ]
        )
    }} as comparison_id,
    authority_code,
    cast(null as string) as extract,
    reporting_month,
    month,
    measure_id,
    figure as observed,
    expected,
    is_borne_out as is_agreed,
    '"'
    || typed_text
    || '" is typed by hand for '
    || measure_name
    || ', but matches no figure of that measure. '
    || coalesce('The figure is ' || {{ show_figure("expected", "unit") }} || '. ', '')
    || 'Write a placeholder, such as {% raw %}{{ '
    || measure_id
    || ' }}{% endraw %}, and the pack fills it in.' as message,
    file_path || ', line ' || cast(line as string) as source_ref
from {{ ref("typed_figures__answered") }}
