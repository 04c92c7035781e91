"""Departments and teams: the tree, who is in what."""
