-- grain: one row per authority
select authority_code, authority_name, folder from reference.authorities
