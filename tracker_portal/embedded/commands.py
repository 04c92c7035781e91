"""The command lines of the application's three processes; docker-compose.yml must have the same (tests compare)."""

WEB_PROCESSES = 2
WEB_THREADS = 4
WORKER_PROCESSES = 2


def web(bind: str) -> list[str]:
    command = f"gunicorn tracker_portal.wsgi --worker-class gthread --workers {WEB_PROCESSES} --threads {WEB_THREADS}"
    return [*command.split(), "--no-control-socket", "--bind", bind]


def worker() -> list[str]:
    # Gossip and mingle are talk between workers that nothing here listens to.
    command = f"celery --quiet -A tracker_portal worker --concurrency {WORKER_PROCESSES}"
    return [*command.split(), "--without-gossip", "--without-mingle"]


def beat(schedule_file: str) -> list[str]:
    # No pid file: after a kill -9 it would keep beat from starting.
    return [*"celery --quiet -A tracker_portal beat --pidfile= --schedule".split(), schedule_file]
