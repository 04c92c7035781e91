"""Migration operations that build the tenant wall: row security, and references that stay inside a company."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

LOGIN = "tracker"  # of web, worker and beat
SCOPES = "tracker_tenant, tracker_platform"
OWN_ROWS = "org_id = nullif(current_setting('app.org_id', true), '')::bigint"


class SchemaOnly(Operation):
    """An operation that changes the database and not Django's picture of it."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing: the models stay as they are."""

    def statements(self, table: str) -> list[str]:
        raise NotImplementedError

    def reverse_statements(self, table: str) -> list[str]:
        raise NotImplementedError

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: ProjectState) -> None:
        self._run(schema_editor, self.statements(self._table(app_label, to_state)))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: ProjectState) -> None:
        self._run(schema_editor, self.reverse_statements(self._table(app_label, to_state)))

    def _table(self, app_label: str, state: ProjectState) -> str:
        table: str = state.apps.get_model(app_label, self.model_name)._meta.db_table
        return table

    @staticmethod
    def _run(schema_editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name


class SecureRows(SchemaOnly):
    """Enables and forces row security: the tenant role gets its company's rows, the platform role all, others none."""

    def describe(self) -> str:
        return f"Row security on {self.model_name}"

    def statements(self, table: str) -> list[str]:
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {table} TO tracker_tenant USING ({OWN_ROWS}) WITH CHECK ({OWN_ROWS})",
            f"CREATE POLICY platform ON {table} TO tracker_platform USING (true) WITH CHECK (true)",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SCOPES}",
        ]

    def reverse_statements(self, table: str) -> list[str]:
        return [
            f"REVOKE ALL ON {table} FROM {SCOPES}",
            f"DROP POLICY tenant ON {table}",
            f"DROP POLICY platform ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ]


class Grant(SchemaOnly):
    """Lets the scope roles use a table that is outside row security; what is not granted stays shut."""

    def __init__(self, model_name: str, privileges: str, roles: str = SCOPES) -> None:
        super().__init__(model_name)
        self.privileges = privileges
        self.roles = roles

    def describe(self) -> str:
        return f"{self.privileges} on {self.model_name} for the scope roles"

    def statements(self, table: str) -> list[str]:
        return [f"GRANT {self.privileges} ON {table} TO {self.roles}"]

    def reverse_statements(self, table: str) -> list[str]:
        return [f"REVOKE ALL ON {table} FROM {SCOPES}"]


class TenantKey(SchemaOnly):
    """A foreign key (org_id, <column>) → target (org_id, id): a row cannot point into another company."""

    def __init__(self, model_name: str, column: str, target: str) -> None:
        super().__init__(model_name)
        self.column = column
        self.target = target

    def describe(self) -> str:
        return f"{self.model_name}.{self.column} stays inside the company"

    def _name(self, table: str) -> str:
        return f"{table}_{self.column}_in_company"

    def statements(self, table: str) -> list[str]:
        return [
            f"ALTER TABLE {table} ADD CONSTRAINT {self._name(table)} FOREIGN KEY (org_id, {self.column})"
            f" REFERENCES {self.target} (org_id, id) DEFERRABLE INITIALLY DEFERRED"
        ]

    def reverse_statements(self, table: str) -> list[str]:
        return [f"ALTER TABLE {table} DROP CONSTRAINT {self._name(table)}"]


class AppendOnly(SchemaOnly):
    """Refuses UPDATE and DELETE by trigger, and TRUNCATE by privilege."""

    def describe(self) -> str:
        return f"{self.model_name} is append-only"

    def statements(self, table: str) -> list[str]:
        return [
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {SCOPES}, {LOGIN}",
        ]

    def reverse_statements(self, table: str) -> list[str]:
        return [
            f"DROP TRIGGER append_only ON {table}",
            f"GRANT UPDATE, DELETE ON {table} TO {SCOPES}, {LOGIN}",
        ]
