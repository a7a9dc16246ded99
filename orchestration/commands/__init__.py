"""The commands of `csc`: options, and what each prints. The work is done by the packages they call.

Heavy imports wait until a command needs them, so that `csc --help`, or a run with nothing new, takes no seconds.
"""
