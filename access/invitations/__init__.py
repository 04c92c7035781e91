"""Invitations: what administrators send to an address, how often, and what its token is worth."""
