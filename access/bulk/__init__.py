"""Acts on many people at once."""
