"""PostgreSQL: one database of a district, any number of processes that write it."""
