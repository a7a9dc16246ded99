"""Files in, raw rows out: landing, vault, reading, identification, ledger, loading.

Belongs here: everything between a delivered file and `raw.<extract>`, with what was chosen on the way.
Does not belong here: Dagster (the linter enforces it), the meaning of a figure (`dbt_project/`), a verdict on it
(`data_quality/`).
"""
