"""The monthly charge, and what is forecast of it."""
