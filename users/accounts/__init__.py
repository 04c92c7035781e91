"""A person’s account: the login, addresses, sign-up, its end."""
