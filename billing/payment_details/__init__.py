"""Payment details: the page of who pays."""
