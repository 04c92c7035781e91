"""The two logins of the database, its time-outs, and its outages."""
