"""Logging in: sessions, browsers, the second factor, limits of tries."""
