"""Queries on the private warehouse, each a `.sql` file next to a small function.

Belongs here: what `csc status`, `csc findings`, `csc who` and `csc due` show, and what a run needs to know of the last
one. They are for the people who run the warehouse and those who may see who is behind a measure, never for readers.
Does not belong here: opening the warehouse, Dagster, words for a terminal.
"""
