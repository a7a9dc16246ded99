"""What data must look like, and what to say when it does not.

Belongs here: the contract of each extract, the checks and their verdicts (Great Expectations), the findings they leave.
Does not belong here: Dagster (the linter enforces it), reading files (`ingestion/`), arithmetic (`dbt_project/`).
"""
