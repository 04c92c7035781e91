"""The types, priorities and statuses that every company has."""
