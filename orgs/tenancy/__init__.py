"""The company as the wall sees it: tenant tables, scopes, row security, locks, and the request of a company page."""
