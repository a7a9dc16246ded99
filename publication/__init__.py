"""What readers see: publishing the warehouse in one atomic step, keeping the last five, rolling back, querying.

Belongs here: everything that writes or opens `published/`.
Does not belong here: deciding whether to publish (`data_quality/`), making figures (`dbt_project/`).
"""
