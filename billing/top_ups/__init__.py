"""Money that comes in, and goes back: top-ups, providers, refunds."""
