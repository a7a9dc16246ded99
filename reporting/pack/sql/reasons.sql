-- grain: one row per check, with why it is made
select check_id, any_value(reason) as reason from quality.check_results group by check_id
