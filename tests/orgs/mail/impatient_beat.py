"""The real schedule, run every second: `celery -A tests.orgs.mail.impatient_beat beat`."""

from tracker_portal.celery import SCHEDULE, app

app.conf.beat_schedule = {name: {"task": name, "schedule": 1} for name in SCHEDULE}
app.conf.beat_max_loop_interval = 1
