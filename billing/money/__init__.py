"""Amounts of money and billing days, as people type and read them."""
