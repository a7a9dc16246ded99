"""Made-up child-level lists: a coherent population that never existed, written as a council would deliver it.

Belongs here: how many of each thing happen when (`targets`, `stocks`, `durations`, `pairs`, `plan`), whose case it is
(`people`), the files of each dataset (`layouts`, `write`, `join`, and the queries in `sql/`), following printed returns
(`printed`, `measure`, `calibration`) and planting known defects (`defects`, `dirty`).

Does not belong here: reading deliveries (`ingestion/`), measures of the warehouse (`dbt_project/`), Dagster. No row is
ever taken from, or modelled on, a real child.
"""
