"""Who may write, why, and what it costs."""
