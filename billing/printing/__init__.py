"""Documents on paper: parties, dates, PDF."""
