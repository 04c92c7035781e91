"""Who is in: joining, blocking, leaving; roles, owners, accounts."""
