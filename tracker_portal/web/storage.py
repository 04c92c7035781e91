"""Static files: hashed names in production, also inside JavaScript modules that import each other."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.functional import cached_property
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Kept once made: what a name is hashed to changes with a deployment alone, and a page asks a hundred times."""
        if name is None or force:
            return str(super().url(name, force))
        if name not in self._addresses:
            self._addresses[name] = str(super().url(name))
        return self._addresses[name]


class StaticFiles(StaticFilesConfig):
    """Django's, without htmx's extensions: one imports a module by a bare name, which no hashed name can stand for."""

    def ready(self) -> None:
        super().ready()
        self.ignore_patterns = [*self.ignore_patterns, "django_htmx/ext/*"]
