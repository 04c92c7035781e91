"""Seats: who takes one, who waits for one, and what more of them cost."""
