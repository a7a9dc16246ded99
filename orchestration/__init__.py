"""Wiring: the Dagster definitions, the settings and the `csc` command.

Belongs here: assets, checks, schedules, sensors and commands that call the other packages.
Does not belong here: business rules, SQL on figures, parsing of files.
"""
