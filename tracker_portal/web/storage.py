"""Static files: hashed names in production, also inside JavaScript modules that import each other."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


class StaticFiles(StaticFilesConfig):
    """Django's, without htmx's extensions: one imports a module by a bare name, which no hashed name can stand for."""

    def ready(self) -> None:
        super().ready()
        self.ignore_patterns = [*self.ignore_patterns, "django_htmx/ext/*"]
