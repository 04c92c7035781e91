"""What keeps the portal running: the health pages and Celery's configuration."""
