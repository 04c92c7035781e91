"""Statements of hot pages, whose SQL is made once."""
