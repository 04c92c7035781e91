"""Review changes: the page of what is staged."""
