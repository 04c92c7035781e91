"""The cache table that all processes share (rate limits, heartbeats)."""

from django.db import migrations

CACHE_TABLE = """
CREATE TABLE users_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX users_cache_expires ON users_cache (expires)
"""


class Migration(migrations.Migration):
    dependencies = [("users", "0001_start")]

    operations = [migrations.RunSQL(CACHE_TABLE, "DROP TABLE users_cache")]
