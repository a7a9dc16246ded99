{# A measure missing from the register, or a month beyond the calendar, would drop out of every later model unseen. #}
{% test measure_and_month_are_known(model) %}
select
    figures.authority_code,
    figures.extract,
    figures.reporting_month,
    figures.measure_id,
    figures.month
from {{ model }} as figures
left join {{ ref('measures') }} as measures on figures.measure_id = measures.measure_id
left join {{ ref('months') }} as months on figures.month = months.month
where measures.measure_id is null or months.month is null
{% endtest %}
