"""Email domains that a company links and proves by DNS."""
