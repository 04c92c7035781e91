"""Price lists, tiers, VAT, and what a number of seats would cost."""
