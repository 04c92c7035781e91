"""Lists: pages of rows, and their export as CSV."""
