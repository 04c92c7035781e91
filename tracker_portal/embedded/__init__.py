"""PostgreSQL and a Redis-compatible server from wheels, for development and tests; production never imports this.

`services.py` starts both, `__main__.py` is what `make run` executes, `with_services.py` runs one command beside
throw-away servers, `browser/` finds or installs the browser of the tests.
"""
