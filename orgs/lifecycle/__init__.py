"""From trial to read-only to deletion: the rules, the transitions, the notices before them."""
