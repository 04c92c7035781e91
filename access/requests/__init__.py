"""Requests for full access."""
