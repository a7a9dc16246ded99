"""From a warehouse whose checks passed to what readers see, and the queries that readers and operators run.

Belongs here: publishing, rollback, what is held back, and queries, each in a `.sql` file next to one small function.
`private/` has those on the private warehouse; `query` and `frames` read the published one.
Does not belong here: computing a measure, Dagster.
"""
