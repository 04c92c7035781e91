"""The ledger: entries that balance, debts, and the nightly check of the books."""
