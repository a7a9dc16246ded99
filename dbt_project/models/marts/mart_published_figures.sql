-- grain: one row per published statistic, area and year, as last published
select
    figures.statistic,
    figures.area_code,
    coalesce(areas.area_name, authorities.authority_name) as area_name,
    figures.year_ending,
    figures.as_at,
    figures.unit,
    figures.figure as published_value,
    figures.symbol,
    symbols.meaning as symbol_meaning,
    figures.source,
    figures.published_on,
    figures.first_figure as first_published_value,
    figures.first_published_on,
    figures.figure is distinct from figures.first_figure as is_revised
from {{ ref("int_published_figures__unioned") }} as figures
left join {{ ref("published_areas") }} as areas on figures.area_code = areas.area_code
left join {{ ref("authorities") }} as authorities on figures.area_code = authorities.authority_code
left join {{ ref("published_symbols") }} as symbols on figures.symbol = symbols.symbol
