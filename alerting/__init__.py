"""Alerts: one digest for each run, kept until it is delivered to every channel.

Belongs here: what a digest says, which pages of docs/alerts explain it, the outbox, the channels.
Does not belong here: finding out what is wrong (the checks do), Dagster, settings.
"""

from alerting.outbox import unsent

__all__ = ["unsent"]
