"""The company’s own limit of seats, and its page."""
