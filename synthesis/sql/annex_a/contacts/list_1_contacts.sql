-- grain: one row per contact since 1 April
select * from contact
