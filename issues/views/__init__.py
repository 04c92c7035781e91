"""Tracker's pages, one noun a file."""
