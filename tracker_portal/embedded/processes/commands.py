"""The command lines of edge, web, worker and beat; docker-compose.yml must have the same (tests compare)."""

WEB_PROCESSES = 2
WEB_THREADS = 4
WORKER_PROCESSES = 2


def edge(caddyfile: str) -> list[str]:
    return ["caddy", "run", "--adapter", "caddyfile", "--config", caddyfile]


def web(bind: str, bind_uploads: str) -> list[str]:
    """Two private addresses behind the edge: by the second one it sends long uploads, two at a time."""
    command = f"gunicorn tracker_portal.wsgi --worker-class gthread --workers {WEB_PROCESSES} --threads {WEB_THREADS}"
    # Longer than the edge keeps a connection. A header that becomes a WSGI variable would be taken from any client.
    options = ["--keep-alive", "30", "--forwarder-headers", "", "--no-control-socket"]
    return [*command.split(), *options, "--bind", bind, "--bind", bind_uploads]


def worker() -> list[str]:
    # Gossip and mingle are talk between workers that nothing here listens to.
    command = f"celery --quiet -A tracker_portal worker --concurrency {WORKER_PROCESSES}"
    return [*command.split(), "--without-gossip", "--without-mingle"]


def beat(schedule_file: str) -> list[str]:
    # No pid file: after a kill -9 it would keep beat from starting.
    return [*"celery --quiet -A tracker_portal beat --pidfile= --schedule".split(), schedule_file]
