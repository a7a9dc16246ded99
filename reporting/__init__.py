"""What people look at: the tables and sentences that a run and the `csc` command print, and the scrutiny pack.

Belongs here: the wording and layout of what the marts and findings already say.
Does not belong here: computing a measure.
"""
