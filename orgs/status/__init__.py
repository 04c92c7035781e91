"""What a company’s state means for a reader: the badge, the summary, the ruler, the calendar."""
