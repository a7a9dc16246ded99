"""The same dbt project on Spark: a cluster to try it on, the rows that it reads, and whether both engines agree.

What the models mean is in dbt_project/, and where engines differ in dbt_project/macros/portable.sql; neither belongs
here.
"""
