-- One month's lists of Annex A to facts, measures and marts, as an analyst would write it for one council, by hand: it
-- takes the files to be clean, dates to be dd/mm/yyyy and rows to be unique. No ledger, no checks, no second version,
-- no
-- month before. Variables: folder (of the lists), month, reference (folder of the code lists), secret.
set variable next_month = (getvariable('month') + interval 1 month)::date
;
set variable month_end = getvariable('next_month') - 1
;
set variable year_start = (date_trunc('year', getvariable('month') - interval 3 month) + interval 3 month)::date
;
create schema core;
create schema marts;
create temp table spelling as from read_csv(getvariable('reference') || '/code_spellings.csv', all_varchar = true);
create temp table code as from read_csv(getvariable('reference') || '/code_lists.csv', all_varchar = true);
create macro child_key_of(id) as sha256(getvariable('secret') || 'E09000008|' || id);
create macro is_yes(text) as case text[1:2] when 'a)' then true when 'b)' then false end;
create macro age_on(born, day) as case when born <= day then date_sub('year', born, day) end;
create macro band_of(born, day, age) as case
    when born is null or born > day then 'Unborn' when age < 1 then 'Under 1' when age < 5 then '1 to 4' when age < 10 then '5 to 9'
    when age < 16 then '10 to 15' when age < 18 then '16 and 17' else '18 and over'
end;
create macro is_open(start_date, end_date) as
    start_date < getvariable('next_month') and coalesce(end_date >= getvariable('next_month'), true);
create macro counted(is_so) as count(case when is_so then 1 end);
create macro in_month(day) as day >= getvariable('month') and day < getvariable('next_month');

create temp table day as
select day::date as day, sum((isodow(day) <= 5 and bank_holiday is null)::int) over (order by day) as number
from range(date '2010-04-01', date '2031-04-01', interval 1 day) as calendar (day)
left join read_csv(getvariable('reference') || '/bank_holidays.csv') on bank_holiday = day::date;

-- ---- facts ----
create table core.fct_contacts as
select
    "Contact ID" as contact_id,
    child_key_of("Child Unique ID") as child_key,
    "Date of Contact" as contact_date,
    source.code as contact_source_code,
    outcome.code as contact_outcome_code,
    is_yes("Open Case At Contact (Y/N)") as is_open_case,
    age_on("Date of Birth", "Date of Contact") as age_years,
    band_of("Date of Birth", "Date of Contact", age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_1_contacts.csv', dateformat = '%d/%m/%Y',
    types = {'Date of Birth': 'date', 'Date of Contact': 'date'}
)
left join spelling as source on source.code_list = 'referral_source' and source.spelling = lower("Contact Source")
left join spelling as outcome on outcome.code_list = 'contact_outcome' and outcome.spelling = lower("Contact Outcome")
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_referrals as
select
    "Referral ID" as referral_id,
    child_key_of("Child Unique ID") as child_key,
    "Date of referral" as referral_date,
    "Close Date" as close_date,
    source.code as referral_source_code,
    outcome.code as referral_outcome_code,
    closure.code as close_reason_code,
    is_yes("Referral NFA?") as is_no_further_action,
    "Number of Referrals in Last 12 Months" as referrals_last_12_months,
    age_on("Date of Birth", "Date of referral") as age_years,
    band_of("Date of Birth", "Date of referral", age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_3_referrals.csv', dateformat = '%d/%m/%Y',
    types = {'Date of Birth': 'date', 'Date of referral': 'date', 'Close Date': 'date'}
)
left join spelling as source on source.code_list = 'referral_source' and source.spelling = lower("Referral Source")
left join spelling as outcome on outcome.code_list = 'referral_outcome' and outcome.spelling = lower("Referral Outcome")
left join spelling as closure on closure.code_list = 'closure_reason' and closure.spelling = lower("Close Reason")
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_assessments as
select
    child_key_of("Child Unique ID") as child_key,
    "Continuous Assessment Start Date" as assessment_start_date,
    "Continuous Assessment Date of Authorisation" as assessment_authorisation_date,
    last_day.number - first_day.number as working_days,
    is_yes("Child Seen During Continuous Assessment") as is_child_seen,
    is_yes(columns('^Was the child assessed')) as is_support_required,
    is_yes("Does the Child have a Disability") as is_disabled,
    age_on("Date of Birth", "Continuous Assessment Start Date") as age_years,
    band_of("Date of Birth", "Continuous Assessment Start Date", age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_4_assessments.csv', dateformat = '%d/%m/%Y',
    types = {
        'Date of Birth': 'date', 'Continuous Assessment Start Date': 'date',
        'Continuous Assessment Date of Authorisation': 'date'
    }
)
left join day as first_day on first_day.day = "Continuous Assessment Start Date"
left join day as last_day on last_day.day = "Continuous Assessment Date of Authorisation"
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_section_47 as
select
    child_key_of("Child Unique ID") as child_key,
    "Strategy discussion initiating Section 47 Enquiry Start Date" as section_47_start_date,
    "Date of Initial Child Protection Conference" as conference_date,
    last_day.number - first_day.number as working_days_to_conference,
    is_yes("Was an Initial Child Protection Conference deemed unnecessary?") as is_conference_unnecessary,
    is_yes("Did the Initial Child Protection Conference Result in a Child Protection Plan") as is_plan_result,
    age_on("Date of Birth", section_47_start_date) as age_years,
    band_of("Date of Birth", section_47_start_date, age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_5_section_47.csv', dateformat = '%d/%m/%Y',
    types = {
        'Date of Birth': 'date', 'Strategy discussion initiating Section 47 Enquiry Start Date': 'date',
        'Date of Initial Child Protection Conference': 'date'
    }
)
left join day as first_day on first_day.day = "Strategy discussion initiating Section 47 Enquiry Start Date"
left join day as last_day on last_day.day = "Date of Initial Child Protection Conference"
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_cin_episodes as
select
    child_key_of("Child Unique ID") as child_key,
    "CIN Start Date" as cin_start_date,
    "CIN Closure Date" as cin_closure_date,
    "Date Child Was Last Seen" as last_seen_date,
    need.code as primary_need_code,
    closure.code as closure_reason_code,
    status.code as case_status_code,
    is_yes("Does the Child have a Disability") as is_disabled,
    "Date of Birth" as birth_date,
    coalesce("Date of Birth" > getvariable('month_end'), "Date of Birth" is null and coalesce("Age of Child (Years)", 0) = 0)
        as is_unborn,
    age_on("Date of Birth", "CIN Start Date") as age_years,
    band_of("Date of Birth", "CIN Start Date", age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_6_cin.csv', dateformat = '%d/%m/%Y',
    types = {
        'Date of Birth': 'date', 'CIN Start Date': 'date', 'CIN Closure Date': 'date', 'Date Child Was Last Seen': 'date'
    }
)
left join spelling as need on need.code_list = 'need' and need.spelling = lower("Primary Need Code")
left join spelling as closure on closure.code_list = 'closure_reason' and closure.spelling = lower("Reason for Closure")
left join spelling as status on status.code_list = 'case_status' and status.spelling = lower("Case Status")
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_cpp as
select
    child_key_of("Child Unique ID") as child_key,
    "Child Protection Plan Start Date" as cpp_start_date,
    "Child Protection Plan End Date" as cpp_end_date,
    "Date of the Last Statutory Visit" as last_visit_date,
    "Date of latest review conference" as last_review_date,
    initial.code as initial_category_code,
    latest.code as latest_category_code,
    is_yes("Was the Child Seen Alone?") as is_seen_alone,
    "Number of Previous Child Protection Plans" as previous_plans,
    is_yes("Does the Child have a Disability") as is_disabled,
    age_on("Date of Birth", cpp_start_date) as age_years,
    band_of("Date of Birth", cpp_start_date, age_years) as age_band,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_7_cpp.csv', dateformat = '%d/%m/%Y',
    types = {
        'Date of Birth': 'date', 'Child Protection Plan Start Date': 'date', 'Child Protection Plan End Date': 'date',
        'Date of the Last Statutory Visit': 'date', 'Date of latest review conference': 'date'
    }
)
left join spelling as initial on initial.code_list = 'abuse_category' and initial.spelling = lower("Initial Category of Abuse")
left join spelling as latest on latest.code_list = 'abuse_category' and latest.spelling = lower("Latest Category of Abuse")
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

create table core.fct_lac as
select
    child_key_of("Child Unique ID") as child_key,
    "Date Started to be Looked After" as lac_start_date,
    "Date Ceased to be Looked After" as lac_end_date,
    end_reason.code as end_reason_code,
    is_yes(columns('^Unaccompanied Asylum')) as is_uasc,
    is_yes(columns('^Is this a second')) as is_second_period,
    need.code as need_code,
    legal_status.code as legal_status_code,
    "Start date of current legal status" as legal_status_start_date,
    "Start Date of Most Recent Placement" as placement_start_date,
    placement.code as placement_type_code,
    provider.code as placement_provider_code,
    place.code as placement_location_code,
    "Number of Placements in the Last 12 months" as placements_last_12_months,
    "Date of Latest Statutory Review" as last_review_date,
    "Date of Last Social Work Visit" as last_visit_date,
    "Date of Last Health Assessment" as last_health_assessment_date,
    "Date of Last Dental Check" as last_dental_check_date,
    is_yes("Does the Child have a Disability") as is_disabled,
    "Date of Birth" as birth_date,
    age_on("Date of Birth", lac_start_date) as age_years,
    band_of("Date of Birth", lac_start_date, age_years) as age_band,
    age_on("Date of Birth", (getvariable('next_month') - interval 1 day)::date) as age_at_month_end,
    gender.code as gender_code,
    ethnicity.code as ethnicity_code
from read_csv(
    getvariable('folder') || '/list_8_lac.csv', dateformat = '%d/%m/%Y',
    types = {
        'Date of Birth': 'date', 'Date Started to be Looked After': 'date', 'Date Ceased to be Looked After': 'date',
        'Start date of current legal status': 'date', 'Start Date of Most Recent Placement': 'date',
        'Date of Latest Statutory Review': 'date', 'Date of Last Social Work Visit': 'date',
        'Date of Last Health Assessment': 'date', 'Date of Last Dental Check': 'date'
    }
)
left join spelling as end_reason on end_reason.code_list = 'lac_end_reason' and end_reason.spelling = lower("Reason Ceased to be Looked After")
left join spelling as need on need.code_list = 'need' and need.spelling = lower("Child's Category of Need")
left join spelling as legal_status on legal_status.code_list = 'legal_status' and legal_status.spelling = lower("Child's Legal Status")
left join spelling as placement on placement.code_list = 'placement_type' and placement.spelling = lower("Placement Type")
left join spelling as provider on provider.code_list = 'placement_provider' and provider.spelling = lower("Placement Provider")
left join spelling as place on place.code_list = 'placement_location' and place.spelling = lower("Placement Location")
left join spelling as gender on gender.code_list = 'gender' and gender.spelling = lower("Gender")
left join spelling as ethnicity on ethnicity.code_list = 'ethnicity' and ethnicity.spelling = lower("Ethnicity");

-- ---- who and what is open at the month's end, one row per child ----
create temp table assessed as
with referred as (
    select assessments.rowid as id, max(referral_date) as referral_date
    from core.fct_assessments as assessments
    inner join core.fct_referrals as referrals
        on assessments.child_key = referrals.child_key
        and referral_date between (assessment_start_date - interval 3 month)::date and assessment_start_date
    where in_month(assessment_authorisation_date)
    group by id
)
select
    if(assessment_authorisation_date >= assessment_start_date, working_days, null) as working_days,
    if(assessment_authorisation_date >= assessment_start_date, last_day.number - first_day.number, null) as working_days_from_referral
from core.fct_assessments as assessments
left join referred on assessments.rowid = referred.id
left join day as first_day on first_day.day = referral_date
left join day as last_day on last_day.day = assessment_authorisation_date
where in_month(assessment_authorisation_date);

create temp table on_plan as
select distinct on (child_key)
    child_key, cpp_start_date, latest_category_code,
    -- whichever plan of the child the visit was made under
    month_end.number - max(visited.number) over (partition by child_key) as since_visit,
    month_end.number - started.number as working_days_open,
    case
        when cpp_start_date + interval 12 month > getvariable('next_month') - interval 1 day then '0_12'
        when cpp_start_date + interval 24 month > getvariable('next_month') - interval 1 day then '12_24'
        else '24_plus'
    end as duration
from core.fct_cpp
left join day as visited on visited.day = last_visit_date
left join day as started on started.day = cpp_start_date
left join day as month_end on month_end.day = (getvariable('next_month') - interval 1 day)::date
qualify is_open(cpp_start_date, cpp_end_date)
order by child_key, cpp_start_date desc;

create temp table in_care as
select distinct on (child_key)
    child_key, coalesce(is_uasc, false) as is_uasc, placements_last_12_months, placement_type_code, placement_location_code,
    case
        when age_at_month_end < 1 then 'Under 1' when age_at_month_end < 5 then '1 to 4' when age_at_month_end < 10 then '5 to 9'
        when age_at_month_end < 16 then '10 to 15' when age_at_month_end < 18 then '16 and 17'
    end as age_band
from core.fct_lac
where is_open(lac_start_date, lac_end_date)
    and coalesce(age_at_month_end < 18, true) and coalesce(legal_status_code not in ('V3', 'V4'), true)
order by child_key, lac_start_date desc;

-- ---- measures ----
create temp table figure (measure_id varchar, value double);

insert into figure unpivot (
    select
        count(*)::double as contacts,
        counted(not is_open_case)::double as contacts_not_open_cases,
        counted(is_followed)::double as contacts_followed_by_referral
    from (
        select is_open_case, exists (
            select 1 from (
                select child_key, referral_date, number from core.fct_referrals inner join day on day = referral_date
            ) as referrals
            where referrals.child_key = contacts.child_key and referral_date >= contact_date
                and referrals.number - contact_day.number <= 10
        ) as is_followed
        from core.fct_contacts as contacts left join day as contact_day on contact_day.day = contact_date
        where in_month(contact_date)
    )
) on * into name measure_id value value;

insert into figure unpivot (
    select
        count(*)::double as referrals,
        counted(referral_outcome_code = 'ASSESS')::double as referrals_leading_to_assessment,
        counted(is_no_further_action)::double as referrals_nfa
    from core.fct_referrals where in_month(referral_date)
) on * into name measure_id value value;

insert into figure unpivot (
    select
        count(*)::double as assessments_completed,
        counted(working_days <= 15)::double as days_1_15,
        counted(working_days between 16 and 25)::double as days_16_25,
        counted(working_days between 26 and 35)::double as days_26_35,
        counted(working_days between 36 and 45)::double as days_36_45,
        counted(working_days > 45)::double as days_45_plus,
        count(working_days)::double as grand_total,
        counted(working_days <= 45)::double as assessments_within_45wd,
        count(working_days_from_referral)::double as assessments_after_referral,
        counted(working_days_from_referral <= 45)::double as assessments_within_45wd_of_referral
    from assessed
) on * into name measure_id value value;

insert into figure unpivot (
    select
        counted(in_month(section_47_start_date))::double as section_47_started,
        counted(in_month(conference_date) and conference_date >= section_47_start_date)::double as conferences,
        counted(
            in_month(conference_date) and conference_date >= section_47_start_date and working_days_to_conference <= 15
        )::double as conferences_within_15wd
    from core.fct_section_47
) on * into name measure_id value value;

insert into figure unpivot (
    select
        (count(distinct child_key) filter (where is_open(cin_start_date, cin_closure_date)))::double as cin_open_all,
        (count(distinct child_key) filter (where is_open(cin_start_date, cin_closure_date) and case_status_code = 'CIN'))::double
            as cin_total,
        counted(in_month(cin_start_date) and case_status_code = 'CIN')::double as cin_new
    from core.fct_cin_episodes
) on * into name measure_id value value;

insert into figure unpivot (
    select
        count(*)::double as cpp_total,
        count(*)::double as cpp_current,
        counted(duration = '0_12')::double as cpp_0_12_months,
        counted(duration = '12_24')::double as cpp_12_24_months,
        counted(duration = '24_plus')::double as cpp_24_plus_months,
        counted(since_visit <= 20)::double as cpp_visited_in_time,
        counted(coalesce(working_days_open, 9999) >= 20 or since_visit <= 20)::double as cpp_visits_due
    from on_plan
) on * into name measure_id value value;

insert into figure unpivot (
    select
        counted(in_month(cpp_start_date))::double as cpp_new,
        counted(in_month(cpp_start_date) and previous_plans > 0)::double as cpp_new_second_or_subsequent,
        counted(in_month(cpp_start_date) and not exists (
            select 1 from core.fct_section_47 as enquiries
            where enquiries.child_key = plans.child_key
                and conference_date between (cpp_start_date - interval 1 month)::date and cpp_start_date
        ))::double as cpp_transferred_in,
        counted(in_month(cpp_end_date))::double as cpp_ceased,
        counted(in_month(cpp_end_date) and cpp_end_date >= cpp_start_date + interval 24 month)::double as cpp_ceased_2yrs_plus
    from core.fct_cpp as plans
) on * into name measure_id value value;

insert into figure unpivot (
    select
        count(*)::double as lac_total,
        counted(is_uasc)::double as lac_uasc,
        counted(not is_uasc)::double as lac_indigenous,
        counted(placements_last_12_months >= 3)::double as lac_3plus_placements,
        counted(placement_location_code = 'OUT')::double as lac_out_of_borough,
        count(on_plan.child_key)::double as lac_also_cpp
    from in_care left join on_plan using (child_key)
) on * into name measure_id value value;

insert into figure unpivot (
    select counted(in_month(lac_start_date))::double as lac_new, counted(in_month(lac_end_date))::double as lac_ceased
    from core.fct_lac where coalesce(legal_status_code not in ('V3', 'V4'), true)
) on * into name measure_id value value;

-- ---- marts ----
create table marts.kpi_monthly as
select 'E09000008' as authority_code, getvariable('month') as month, measure_id, value, null::double as numerator, null::double as denominator
from figure
union all
select
    'E09000008', getvariable('month'), ratios.measure_id, 100 * numerators.value / nullif(denominators.value, 0), numerators.value,
    denominators.value
from read_csv(getvariable('reference') || '/measures.csv', all_varchar = true) as ratios
inner join figure as numerators on numerators.measure_id = numerator_id
inner join figure as denominators on denominators.measure_id = denominator_id
where kind = 'ratio';

create table marts.mart_overview as pivot marts.kpi_monthly on measure_id using max(value) group by authority_code, month;

create table marts.mart_breakdowns as
with counted as (
    select 'contacts' as measure_id, 'source' as breakdown, roll_up as category, count(*) as value
    from core.fct_contacts left join code on code_list = 'referral_source' and code = contact_source_code
    where in_month(contact_date) group by all
    union all
    select 'contacts', 'outcome', label, count(*)
    from core.fct_contacts left join code on code_list = 'contact_outcome' and code = contact_outcome_code
    where in_month(contact_date) group by all
    union all
    select 'referrals', 'source', roll_up, count(*)
    from core.fct_referrals left join code on code_list = 'referral_source' and code = referral_source_code
    where in_month(referral_date) group by all
    union all
    select 'referrals', 'outcome', label, count(*)
    from core.fct_referrals left join code on code_list = 'referral_outcome' and code = referral_outcome_code
    where in_month(referral_date) group by all
    union all
    select 'cpp_total', 'category of abuse', label, count(*)
    from on_plan left join code on code_list = 'abuse_category' and code = latest_category_code group by all
    union all
    select 'lac_total', 'age band', age_band, count(*) from in_care group by all
    union all
    select 'lac_total', 'placement type', roll_up, count(*)
    from in_care left join code on code_list = 'placement_type' and code = placement_type_code group by all
    union all
    select 'lac_total', 'placement location', label, count(*)
    from in_care left join code on code_list = 'placement_location' and code = placement_location_code group by all
    union all
    select 'lac_total', 'unaccompanied asylum seeker', if(is_uasc, 'Yes', 'No'), count(*) from in_care group by all
)
select
    'E09000008' as authority_code, getvariable('month') as month, measure_id, breakdown,
    coalesce(category, 'Not known') as category, counted.value, 100 * counted.value / nullif(kpi.value, 0) as share
from counted inner join marts.kpi_monthly as kpi using (measure_id);

create table marts.mart_assessment_durations as
select
    'E09000008' as authority_code, getvariable('month') as month, clock, count(*) as assessments,
    counted(days = 0) as days_0, counted(days between 1 and 10) as days_1_10, counted(days between 11 and 20) as days_11_20,
    counted(days between 21 and 30) as days_21_30, counted(days between 31 and 40) as days_31_40,
    counted(days between 41 and 45) as days_41_45, counted(days between 46 and 50) as days_46_50,
    counted(days between 51 and 60) as days_51_60, counted(days > 60) as days_61_plus,
    quantile_cont(days, 0.25) as lower_quartile, quantile_cont(days, 0.5) as median, quantile_cont(days, 0.75) as upper_quartile
from (
    select 'assessment' as clock, working_days as days from assessed
    union all
    select 'referral', working_days_from_referral from assessed
)
where days is not null
group by clock;

-- ---- journeys: the next stage is the first later event of one, unless another of the same stage comes before it ----
create table core.fct_child_journey as
with event as (
    select child_key, 1 as stage, contact_id as event_id, contact_date as day from core.fct_contacts
    union all select child_key, 2, referral_id, referral_date from core.fct_referrals
    union all select child_key, 3, null, assessment_start_date from core.fct_assessments
    union all select child_key, 4, null, section_47_start_date from core.fct_section_47
    union all select child_key, 5, null, conference_date from core.fct_section_47 where conference_date is not null
    union all select child_key, 6, null, cpp_start_date from core.fct_cpp
    union all select child_key, 7, null, lac_start_date from core.fct_lac
),
followed as (
    select
        *, lead(if(stage = 1, day, null) ignore nulls) over later as contact_date,
        lead(if(stage = 2, day, null) ignore nulls) over later as referral_date,
        lead(if(stage = 3, day, null) ignore nulls) over later as assessment_date,
        lead(if(stage = 4, day, null) ignore nulls) over later as section_47_date,
        lead(if(stage = 5, day, null) ignore nulls) over later as conference_date,
        lead(if(stage = 6, day, null) ignore nulls) over later as plan_date,
        lead(if(stage = 7, day, null) ignore nulls) over later as care_date
    from event window later as (partition by child_key order by day, stage, event_id)
),
reached as (
    select
        child_key, stage, event_id, day,
        [contact_date, referral_date, assessment_date, section_47_date, conference_date, plan_date, care_date] as later,
        later[stage] as repeated, list_min(later[stage + 1:]) as next_day
    from followed
)
select
    child_key, stage, event_id, day,
    if(coalesce(next_day <= repeated, true) and next_day <= day + interval 12 month, next_day, null) as next_stage_date,
    if(next_stage_date is not null, stage + list_position(later[stage + 1:], next_day), null) as next_stage
from reached;

create table marts.mart_child_journey as
select
    'E09000008' as authority_code, getvariable('month') as month, stages[stage] as stage, stages[next_stage] as next_stage,
    count(*) as journeys, quantile_cont(next_stage_date - day, 0.25) as lower_quartile,
    quantile_cont(next_stage_date - day, 0.5) as median, quantile_cont(next_stage_date - day, 0.75) as upper_quartile
from core.fct_child_journey, (
    select ['contact', 'referral', 'assessment', 'section_47', 'conference', 'plan', 'care'] as stages
) as names
where in_month(next_stage_date)
group by all;

-- ---- rules of the yearly returns that Annex A can break ----
create macro is_of_year(day) as day >= getvariable('year_start');
create macro is_within(day, start_date, end_date) as day >= start_date and coalesce(day < end_date, true);
create macro working_days_until_month_end(first) as
    (select number from day where day = getvariable('month_end')) - (select number from day where day = first);
create temp table first_referred as
select child_key, min(day) as first_date from (
    select child_key, referral_date as day from core.fct_referrals
    union all select child_key, cin_start_date from core.fct_cin_episodes
) group by child_key;
create temp table conference as select distinct child_key, conference_date from core.fct_section_47 where conference_date is not null;
create temp table breach (rule varchar, breaches bigint);

insert into breach unpivot (
    select
        counted(is_of_year(assessment_start_date) and assessment_start_date < first_date) as "1103",
        counted(assessment_authorisation_date < assessment_start_date) as "8608",
        counted(assessment_authorisation_date is null and working_days_until_month_end(assessment_start_date) > 45) as "8670Q"
    from core.fct_assessments left join first_referred using (child_key)
) on * into name rule value breaches;

insert into breach unpivot (
    select
        counted(is_of_year(section_47_start_date) and section_47_start_date < first_date) as "2889",
        counted(is_of_year(conference_date) and conference_date < first_date) as "1104",
        counted(isodow(conference_date) > 5) as "8875",
        counted(
            conference_date is null and not coalesce(is_conference_unnecessary, false)
            and working_days_until_month_end(section_47_start_date) > 15
        ) as "8675Q"
    from core.fct_section_47 left join first_referred using (child_key)
) on * into name rule value breaches;

create temp table cin_beside as
select
    one.rowid as id, bool_or(one.cin_closure_date is null and other.cin_closure_date is null) as has_other_open,
    bool_or(
        (one.cin_closure_date is not null or other.cin_closure_date is not null)
        and coalesce(one.cin_start_date < other.cin_closure_date, true) and coalesce(other.cin_start_date < one.cin_closure_date, true)
    ) as has_overlap
from core.fct_cin_episodes as one
inner join core.fct_cin_episodes as other on one.child_key = other.child_key and one.cin_start_date <> other.cin_start_date
group by id;

insert into breach unpivot (
    select
        counted(cin_closure_date is not null and closure_reason_code is null) as "8805",
        counted(cin_closure_date is null and closure_reason_code is not null) as "8810",
        counted(has_other_open) as "8815",
        counted(has_overlap) as "8820",
        counted(birth_date - cin_start_date > 280) as "8606",
        counted(is_unborn and gender_code <> 'U') as "8750",
        counted(age_on(birth_date, getvariable('month_end')) > 25) as "8775Q",
        if(
            counted(not is_unborn and coalesce(gender_code, 'U') = 'U') > 0.02 * counted(not is_unborn),
            counted(not is_unborn and coalesce(gender_code, 'U') = 'U'), 0
        ) as "2886Q",
        counted(case_status_code = 'CIN' and cin_closure_date is null and on_plan.child_key is not null) as "4001",
        counted(case_status_code = 'CIN' and cin_closure_date is null and exists (
            select 1 from core.fct_cpp as plans
            where plans.child_key = episodes.child_key and is_within(cin_start_date, cpp_start_date, cpp_end_date)
        )) as "4016",
        counted(exists (
            select 1 from core.fct_assessments as assessments
            where assessments.child_key = episodes.child_key and assessment_authorisation_date is null
                and assessment_start_date >= cin_start_date and assessment_start_date < cin_closure_date
        )) as "8867",
        counted(exists (
            select 1 from core.fct_section_47 as enquiries
            where enquiries.child_key = episodes.child_key and conference_date is null
                and not coalesce(is_conference_unnecessary, false)
                and section_47_start_date >= cin_start_date and section_47_start_date < cin_closure_date
        )) as "8868"
    from core.fct_cin_episodes as episodes
    left join cin_beside on episodes.rowid = cin_beside.id
    left join on_plan using (child_key)
) on * into name rule value breaches;

create temp table plan_beside as
select
    one.rowid as id, bool_or(one.cpp_end_date is null and other.cpp_end_date is null) as has_other_open,
    bool_or(
        (one.cpp_end_date is not null or other.cpp_end_date is not null)
        and coalesce(one.cpp_start_date < other.cpp_end_date, true) and coalesce(other.cpp_start_date < one.cpp_end_date, true)
    ) as has_overlap
from core.fct_cpp as one
inner join core.fct_cpp as other on one.child_key = other.child_key and one.cpp_start_date <> other.cpp_start_date
group by id;

create temp table plan_referred as
select plans.rowid as id, max_by(coalesce(is_no_further_action, false), referral_date) as is_without_action
from core.fct_cpp as plans
inner join core.fct_referrals as referrals
    on plans.child_key = referrals.child_key and cpp_start_date between referral_date and referral_date + interval 12 month
group by id;

insert into breach unpivot (
    select
        counted(is_of_year(cpp_start_date) and cpp_start_date < first_date) as "1105",
        if(
            counted(is_of_year(cpp_start_date)) > any_value(conferences_held),
            counted(is_of_year(cpp_start_date) and not is_conferred), 0
        ) as "2883",
        counted(not is_conferred and is_conferred_within_a_month) as "2885",
        counted(is_without_action) as "8832",
        counted(cpp_end_date = cpp_start_date) as "8840",
        counted(last_review_date <= cpp_start_date) as "8841",
        counted(cpp_end_date < cpp_start_date) as "8925",
        counted(has_other_open) as "8935",
        counted(has_overlap) as "8940"
    from (
        select
            *, exists (
                from conference where conference.child_key = plans.child_key and conference_date = cpp_start_date
            ) as is_conferred,
            exists (
                from conference
                where conference.child_key = plans.child_key
                    and conference_date between cpp_start_date - interval 1 month and cpp_start_date + interval 1 month
            ) as is_conferred_within_a_month
        from core.fct_cpp as plans
        left join first_referred using (child_key)
        left join plan_beside on plans.rowid = plan_beside.id
        left join plan_referred on plans.rowid = plan_referred.id
    ), (
        select count(*) as conferences_held from conference
        where is_of_year(conference_date) and conference_date < getvariable('next_month')
    )
) on * into name rule value breaches;

insert into breach unpivot (
    select
        counted(lac_start_date < birth_date) as "302",
        counted(legal_status_code = 'L1' and coalesce(lac_end_date, getvariable('month_end')) - legal_status_start_date > 3) as "361",
        counted(placement_type_code = 'T3' and coalesce(lac_end_date, getvariable('month_end')) - placement_start_date > 21) as "376",
        counted(placement_type_code = 'T4' and coalesce(lac_end_date, getvariable('month_end')) - placement_start_date > 7) as "379"
    from core.fct_lac
) on * into name rule value breaches;

create table marts.mart_validation_rules as
select 'E09000008' as authority_code, getvariable('month') as month, rule, breaches from breach;

copy core.fct_contacts to 'fct_contacts.parquet' (compression zstd);
copy core.fct_referrals to 'fct_referrals.parquet' (compression zstd);
copy core.fct_assessments to 'fct_assessments.parquet' (compression zstd);
copy core.fct_section_47 to 'fct_section_47.parquet' (compression zstd);
copy (from core.fct_cin_episodes select * exclude (birth_date)) to 'fct_cin_episodes.parquet' (compression zstd);
copy core.fct_cpp to 'fct_cpp.parquet' (compression zstd);
copy (from core.fct_lac select * exclude (birth_date)) to 'fct_lac.parquet' (compression zstd);
copy marts.kpi_monthly to 'kpi_monthly.parquet' (compression zstd);
copy marts.mart_overview to 'mart_overview.parquet' (compression zstd);
copy marts.mart_breakdowns to 'mart_breakdowns.parquet' (compression zstd);
copy marts.mart_assessment_durations to 'mart_assessment_durations.parquet' (compression zstd);
copy core.fct_child_journey to 'fct_child_journey.parquet' (compression zstd);
copy marts.mart_child_journey to 'mart_child_journey.parquet' (compression zstd);
copy marts.mart_validation_rules to 'mart_validation_rules.parquet' (compression zstd);
