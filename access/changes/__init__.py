"""Changes of access: staged, looked at with their cost, saved as one act, undone."""
