"""All users: the list, a person’s page, roles."""
