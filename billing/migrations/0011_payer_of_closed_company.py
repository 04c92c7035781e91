"""A closed company's payer can go; every other one stays as it was saved."""

from django.db import migrations, models

PLATFORM = "tracker_platform"

# The row itself says that its company is closed: one column, written once, with nothing else changed.
KEEP = f"""
CREATE FUNCTION billing_keep_payer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.company_closed_at IS NOT NULL THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.company_closed_at IS NULL
        AND to_jsonb(NEW) - 'company_closed_at' = to_jsonb(OLD) - 'company_closed_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
DROP TRIGGER append_only ON billing_payer;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_payer
    FOR EACH ROW EXECUTE FUNCTION billing_keep_payer();
GRANT UPDATE (company_closed_at), DELETE ON billing_payer TO {PLATFORM}
"""
KEEP_ALL = f"""
REVOKE UPDATE (company_closed_at), DELETE ON billing_payer FROM {PLATFORM};
DROP TRIGGER append_only ON billing_payer;
DROP FUNCTION billing_keep_payer();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON billing_payer
    FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_bookscheck")]

    operations = [
        migrations.AddField("payer", "company_closed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KEEP, KEEP_ALL),
    ]
