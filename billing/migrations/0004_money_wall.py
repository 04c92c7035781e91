"""The tenant wall of money, and the triggers that keep what is posted as it is."""

from django.db import migrations

from orgs.tenancy.row_security import SCOPES, AppendOnly, Grant, SecureRows, TenantKey

PLATFORM = "tracker_platform"

# An entry and its postings come in one transaction, and sum to zero at its end. Whoever commits outside of the scope that
# wrote them sees none of them, which is refused as well: the writer has the check run inside (`billing/ledger/ledger.py`).
BALANCED = """
CREATE FUNCTION billing_check_entry(org bigint, entry bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
    total numeric;
BEGIN
    SELECT count(*), sum(p.amount) INTO number, total FROM billing_posting p WHERE p.org_id = org AND p.entry_id = entry;
    IF number < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance', entry USING ERRCODE = 'check_violation';
    END IF;
END
$$;
CREATE FUNCTION billing_check_new_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_entry(NEW.org_id, NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION billing_check_new_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_entry(NEW.org_id, NEW.entry_id);
    RETURN NULL;
END
$$;
CREATE FUNCTION billing_join_new_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM billing_entry e
        WHERE e.org_id = NEW.org_id AND e.id = NEW.entry_id AND e.transaction = txid_current()
    ) THEN
        RAISE EXCEPTION 'entry % was posted already', NEW.entry_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER billing_entry_balanced AFTER INSERT ON billing_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_new_entry();
CREATE CONSTRAINT TRIGGER billing_posting_balanced AFTER INSERT ON billing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_new_posting();
CREATE TRIGGER new_entry_only AFTER INSERT ON billing_posting
    FOR EACH ROW EXECUTE FUNCTION billing_join_new_entry()
"""
FORGET_BALANCED = """
DROP TRIGGER new_entry_only ON billing_posting;
DROP TRIGGER billing_posting_balanced ON billing_posting;
DROP TRIGGER billing_entry_balanced ON billing_entry;
DROP FUNCTION billing_join_new_entry();
DROP FUNCTION billing_check_new_posting();
DROP FUNCTION billing_check_new_entry();
DROP FUNCTION billing_check_entry(bigint, bigint)
"""

# A list that is in effect is what companies were told, so it stays; a new one begins in the future.
PRICES = """
CREATE FUNCTION billing_keep_price_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.starts_on <= today THEN
        RAISE EXCEPTION 'a price list in effect stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.starts_on <= today THEN
        RAISE EXCEPTION 'a price list begins in the future' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER in_effect_stays BEFORE INSERT OR UPDATE OR DELETE ON billing_pricelist
    FOR EACH ROW EXECUTE FUNCTION billing_keep_price_list()
"""
FORGET_PRICES = """
DROP TRIGGER in_effect_stays ON billing_pricelist;
DROP FUNCTION billing_keep_price_list()
"""

TENANTS = ("Payer", "Account", "Entry", "Posting", "Charge", "Document", "TopUp")
KEPT = ("Payer", "Entry", "Posting", "Charge", "Document")
KEYS = (
    ("Payer", "actor_id", "orgs_membership"),
    ("Entry", "reverses_id", "billing_entry"),
    ("Entry", "actor_id", "orgs_membership"),
    ("Posting", "entry_id", "billing_entry"),
    ("Posting", "account_id", "billing_account"),
    ("Charge", "entry_id", "billing_entry"),
    ("Document", "charge_id", "billing_charge"),
    ("Document", "top_up_id", "billing_topup"),
    ("TopUp", "actor_id", "orgs_membership"),
    ("TopUp", "entry_id", "billing_entry"),
)


def only(table: str, columns: str) -> migrations.RunSQL:
    """Of what stands in a row, only these columns ever change; no row goes."""
    return migrations.RunSQL(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {SCOPES}; GRANT UPDATE ({columns}) ON {table} TO {SCOPES}",
        f"GRANT UPDATE, DELETE ON {table} TO {SCOPES}",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_money")]

    operations = [
        *(SecureRows(name) for name in TENANTS),
        *(TenantKey(*key) for key in KEYS),
        *(AppendOnly(name) for name in KEPT),
        only("billing_account", "balance"),
        only("billing_topup", "state, provider, provider_id, settled_at, entry_id"),
        Grant("PriceList", "SELECT"),
        Grant("PriceList", "INSERT, UPDATE, DELETE", PLATFORM),
        Grant("DocumentSeries", "SELECT, INSERT, UPDATE"),
        Grant("ProviderEvent", "SELECT, INSERT", PLATFORM),
        migrations.RunSQL(BALANCED, FORGET_BALANCED),
        migrations.RunSQL(PRICES, FORGET_PRICES),
    ]
