"""Accounts that a company creates: one by one, or from a file."""
