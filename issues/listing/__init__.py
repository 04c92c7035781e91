"""Lists of issues: filters, pages, export."""
