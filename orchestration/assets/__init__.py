"""Assets: the ledger, a raw table per contract, every dbt model, the publication and the scrutiny pack."""
