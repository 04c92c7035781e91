"""The tenant wall of the seat journal, and the trigger that lets it only grow."""

from django.db import migrations

from orgs.tenancy.row_security import LOGIN, SCOPES, SecureRows, TenantKey

# An end is written once. Nothing else of a row ever changes, and no row goes.
KEEP = """
CREATE FUNCTION billing_keep_seat_interval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
        AND to_jsonb(NEW) - 'ended_at' = to_jsonb(OLD) - 'ended_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_seatinterval
    FOR EACH ROW EXECUTE FUNCTION billing_keep_seat_interval()
"""
FORGET = """
DROP TRIGGER append_only ON billing_seatinterval;
DROP FUNCTION billing_keep_seat_interval()
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_seats"), ("orgs", "0020_closing")]

    operations = [
        SecureRows("SeatInterval"),
        TenantKey("SeatInterval", "member_id", "orgs_membership"),
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON billing_seatinterval FROM {SCOPES}, {LOGIN};
            GRANT UPDATE (ended_at) ON billing_seatinterval TO {SCOPES}
            """,
            f"GRANT UPDATE, DELETE ON billing_seatinterval TO {SCOPES}, {LOGIN}",
        ),
    ]
