"""Departments, teams and the address book: the people of a company as rows."""
