"""Coming in: an invitation accepted, a link followed."""
