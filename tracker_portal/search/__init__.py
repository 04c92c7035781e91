"""Search or jump to: what is found of every layer."""
