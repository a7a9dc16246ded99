select
    case when judged.code is null then 'unknown' else 'recognised' end as kind,
    met.code_list,
    case when columns.is_personal then '(withheld)' else met.spelling end as spelling,
    judged.code,
    concat_ws(', ', judged.first_suggestion, judged.second_suggestion, judged.third_suggestion) as suggestions,
    judged.rule,
    judged.evidence,
    sum(met.cells)::bigint as cells
from spelling.spellings_met as met
inner join spelling.spellings_judged as judged using (code_list, spelling)
inner join reference.list_columns as columns on met.extract = columns.extract and met.column_name = columns.column_name
group by all
order by cells desc, code_list, spelling
