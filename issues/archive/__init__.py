"""Everything of a company's Tracker in one archive, and back (product.md §2). docs/export.md is the format."""
