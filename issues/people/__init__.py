"""People as a form of issues names them."""
