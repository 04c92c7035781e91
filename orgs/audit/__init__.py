"""The audit trail, a chain of hashes a company, and the nightly checks that follow it."""
