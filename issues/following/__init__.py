"""Who follows an issue, and what they are told."""
