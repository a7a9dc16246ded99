"""What people look at: the tables and sentences that a run and the `csc` command print.

Belongs here: wording and layout of what the marts and findings already say.
Does not belong here: computing a figure.
"""
