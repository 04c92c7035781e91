"""The company that a sign-up asked for goes with it, in the database: whoever deletes the sign-up need not see it."""

from django.db import migrations

# The constraint's name has a digest that Django made, so it is looked up.
SET = """
DO $$
DECLARE old text := (SELECT conname FROM pg_constraint WHERE conrelid = 'orgs_trialrequest'::regclass AND contype = 'f');
BEGIN
    EXECUTE format('ALTER TABLE orgs_trialrequest DROP CONSTRAINT %%I', old);
    EXECUTE format('ALTER TABLE orgs_trialrequest ADD CONSTRAINT %%I FOREIGN KEY (user_id) REFERENCES users_user (id)
                    %s DEFERRABLE INITIALLY DEFERRED', old);
END$$
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0022_seats"), ("users", "0007_unconfirmed")]

    operations = [migrations.RunSQL((SET % "ON DELETE CASCADE").replace("%%", "%"), (SET % "").replace("%%", "%"))]
