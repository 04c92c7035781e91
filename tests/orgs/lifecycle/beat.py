"""What moves and tells companies, every five seconds, and nothing else: `celery -A tests.orgs.lifecycle.beat beat`.

Each round asks again for every company that is due. Asked every second, on a busy machine, they fill the one queue faster
than a worker empties it, and no kill would meet anything but work that is done.
"""

from tracker_portal.celery import app

app.conf.beat_schedule = {
    name: {"task": name, "schedule": 5}
    for name in ("orgs.tasks.sweep", "orgs.tasks.post_notices", "orgs.tasks.drain_outbox")
}
app.conf.beat_max_loop_interval = 1
