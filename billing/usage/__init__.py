"""The Detailed view: seats and costs day by day."""
