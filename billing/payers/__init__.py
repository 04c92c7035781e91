"""Who pays: the payer’s details, version by version."""
