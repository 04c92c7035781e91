"""What charges, every two seconds, and nothing else: `celery -A tests.billing.charging.beat beat`."""

from tracker_portal.celery import app

app.conf.beat_schedule = {"charge": {"task": "billing.tasks.charge_due", "schedule": 2}}
app.conf.beat_max_loop_interval = 1
