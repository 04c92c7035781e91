"""The journal of seats: who had full access on which day, and what of it is charged."""
