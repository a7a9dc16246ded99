"""Made-up child-level extracts: a coherent population that never was, written as a council would deliver it.

Belongs here: how many of each thing happen when (`targets`, `stocks`, `durations`, `pairs`, `plan`), whose case it is
(`people.sql`), how the lists are written (`layout`, `codes`, `lists`, `contacts`, `write`), the same in other profiles
(`layouts`, `ssd`, `ssda903`, `census`, and `care` for what two of them share), following printed returns (`printed`,
`measure`, `calibration`) and planting known defects (`defects`, `dirty`). Does not belong here: reading
deliveries (`ingestion/`), measures of the warehouse (`dbt_project/`), Dagster; and no row is ever taken from, or
modelled on, a real child.
"""
