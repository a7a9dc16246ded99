-- grain: one row per row of the list as delivered, every version; parsed and recoded, what could not be read in rejected_cells
{{ config(materialized="incremental", incremental_strategy="append") }}
{{ staged_list('lac_episodes') }}
