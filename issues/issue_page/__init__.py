"""The page of an issue."""
