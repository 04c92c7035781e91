"""Ways into a company: invitations, links, tokens."""
