{# Each spelling as the staging models fold a cell, and each code in its code list. #}
{% test spellings_are_folded_and_known(model) %}
select
    spellings.code_list,
    spellings.spelling,
    spellings.code
from {{ model }} as spellings
left join {{ ref('code_lists') }} as codes on spellings.code_list = codes.code_list and spellings.code = codes.code
where codes.code is null or spellings.spelling <> {{ folded('spellings.spelling') }}
{% endtest %}
