"""The scrutiny pack: one document made from the published marts, rendered as HTML, PDF and XLSX.

Belongs here: which figures stand where, how they are shown, what is said of them, what has to be kept from whom.
Does not belong here: computing a figure; every number comes from the marts, rounded half up for display.
"""
