"""A sign-up that nobody confirmed makes room for an account that a company creates on its address."""

from django.db import migrations

GONE = "DELETE ON users_user, account_emailaddress"
# An account that somebody has been in is erased, never deleted; what refers to one forbids it besides.
NEVER = """
CREATE FUNCTION users_user_stays() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'an account that somebody has been in is never deleted' USING ERRCODE = 'restrict_violation'; END$$;
CREATE TRIGGER stays BEFORE DELETE ON users_user
    FOR EACH ROW WHEN (OLD.last_login IS NOT NULL OR OLD.is_staff) EXECUTE FUNCTION users_user_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("users", "0006_operator_resets_second_factor")]

    operations = [
        migrations.RunSQL(f"GRANT {GONE} TO tracker_tenant", f"REVOKE {GONE} FROM tracker_tenant"),
        migrations.RunSQL(NEVER, "DROP TRIGGER stays ON users_user; DROP FUNCTION users_user_stays()"),
    ]
