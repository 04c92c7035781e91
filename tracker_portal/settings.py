"""Settings: one file, everything from the environment (README.md lists the variables).

A value that is unsafe outside development refuses to start and says why (`tracker_portal/checks.py`).
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from tracker_portal.database import timeouts as database_timeouts
from tracker_portal.web import headers, log_lines

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEVELOPMENT_KEY = "development-only-key-that-a-production-start-refuses"

DEVELOPMENT = env.bool("DEBUG", default=False)
DEBUG = False  # in development, too, mistakes are answered by our own pages; the traceback is in the log
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ORIGIN = env.str("ORIGIN", default="http://127.0.0.1:8000").rstrip("/").lower()
ORIGIN = ORIGIN.removesuffix(":443" if ORIGIN.startswith("https:") else ":80")  # as browsers write it
# A second host is never answered: tracker_portal/web/origin.py sends it to ORIGIN.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[]), split_domain_port(urlsplit(ORIGIN).netloc)[0]]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@tracker.example")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Tracker <no-reply@tracker.example>")

INSTALLED_APPS = [
    "tracker_portal",
    "issues",
    "access",
    "billing",
    "orgs",
    "users",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",  # its static files: htmx itself
    "django.contrib.admin.apps.SimpleAdminConfig",  # nothing is registered but what operators need
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "tracker_portal.web.storage.StaticFiles",
]

MIDDLEWARE = [
    "tracker_portal.web.middleware.RequestIdMiddleware",
    "tracker_portal.web.middleware.PermissionsPolicyMiddleware",
    "tracker_portal.web.origin.OriginMiddleware",
    "users.login.middleware.EvenAnswersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # tokens are masked anew on every page, so their length tells nothing
    "csp.middleware.CSPMiddleware",
    "tracker_portal.database.outage.NoWritesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tracker_portal.web.middleware.NoMethodPageMiddleware",
    "tracker_portal.web.middleware.MistakesMiddleware",
    "users.login.middleware.SessionActivityMiddleware",
    "access.wall.middleware.LastActiveMiddleware",
    "access.wall.middleware.Wall",  # the last one: it decides and calls the view itself
]
EVEN_ANSWERS = True  # users/login/constant_time.py; off in tests, which have no outsiders

ROOT_URLCONF = "tracker_portal.urls"
WSGI_APPLICATION = "tracker_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "orgs.rendering.loader.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker_portal.web.template_context.shell",
            ],
        },
    },
]

# --- PostgreSQL: the only truth ------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://tracker@127.0.0.1:5432/tracker")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 300,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,  # the wall opens the one transaction of a company page
}
# How long a statement may take. This is what jobs have; wsgi.py and manage.py set their own.
STATEMENT_SECONDS = env.int("STATEMENT_SECONDS", default=120)
DATABASES["default"]["OPTIONS"] = database_timeouts.options(STATEMENT_SECONDS) | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits need a cache that all processes share. It lives in PostgreSQL, so that a lost Redis costs nobody a login.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "users_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # a limit must not be washed out by other keys
    }
}

# --- Who you are ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "home"
ACCOUNT_ADAPTER = "tracker_portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "orgs.companies.forms.TrialSignup"
ACCOUNT_FORMS = {
    "signup": "tracker_portal.accounts.adapter.StartForm",
    "login": "tracker_portal.accounts.adapter.LoginForm",
    "confirm_email_verification_code": "users.accounts.signup_forms.CodeForm",
    "add_email": "tracker_portal.accounts.forms.AddEmailForm",
    "change_password": "tracker_portal.accounts.forms.ChangePasswordForm",
    "set_password": "tracker_portal.accounts.forms.SetPasswordForm",
    "reset_password": "tracker_portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "tracker_portal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "tracker_portal.accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before an address is changed; five minutes count as recent
# Besides allauth's own: wrong passwords for one account from wherever, wrong tokens in addresses of pages.
OWN_LIMITS = {"login_failed_account": "100/h/key", "token": "20/m/ip"}
GIVEN_LIMITS = env.json("ACCOUNT_RATE_LIMITS", default={})  # false: none at all
ACCOUNT_RATE_LIMITS = GIVEN_LIMITS is not False and OWN_LIMITS | GIVEN_LIMITS
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "tracker_portal.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "tracker_portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "tracker_portal.accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "tracker_portal.accounts.forms.ActivateAppForm",
    "edit_webauthn": "tracker_portal.accounts.forms.EditPasskeyForm",
    "add_webauthn": "tracker_portal.accounts.passkey_forms.AddForm",
    "authenticate_webauthn": "tracker_portal.accounts.passkey_forms.AuthenticateForm",
    "login_webauthn": "tracker_portal.accounts.passkey_forms.LoginForm",
    "reauthenticate_webauthn": "tracker_portal.accounts.passkey_forms.ReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT and not ORIGIN.startswith("https://")  # http://localhost

# --- Language and time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

# --- Static files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var/static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "tracker_portal.web.storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT

# --- Files of people: what jobs make. Web and worker must see the same storage ---------------------------
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var/media"))
EDGE_SENDS_FILES = env.bool("EDGE_SENDS_FILES", default=False)  # the proxy in front reads them from MEDIA_ROOT
FILE_UPLOAD_TEMP_DIR = env.str("FILE_UPLOAD_TEMP_DIR", default="") or None

# --- Mail: EMAIL_URL names an SMTP server; without one, development keeps every mail on its own page --
EMAIL_TIMEOUT = 10
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "orgs.mail.development_backend.DevelopmentBackend"

# --- Jobs ----------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 240  # under half the visibility timeout
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# What a job can be: its kind, and the class that does it (orgs/jobs/job_types.py).
JOB_RUNNERS = {
    "export": "issues.archive.exporting.Export",
    "import": "issues.archive.importing.Import",
    "issue_list": "issues.listing.csv_export.IssueList",
    "people": "access.accounts.csv_import.PeopleImport",
}
# What can go with a mail: its kind, and what makes the file of a company's row (orgs/mail/mail_attachments.py).
MAIL_ENCLOSURES = {"document": "billing.documents.emails.enclose"}
# What looks at a mail before it is sent, and after it was accepted (orgs/mail/mail_sender.py).
MAIL_CHECKS = ["orgs.lifecycle.notices.refresh", "orgs.domains.notices.refresh"]
MAIL_ACCEPTED = ["orgs.lifecycle.notices.note_accepted"]

# --- Who sells, as documents have it; each keeps what it was issued with. A number comes with its name: VAT … --
DEVELOPMENT_SELLER = {
    "name": "Example Tracker Ltd",
    "address": "1 Example Street, Exampletown",
    "tax_id": "VAT XX000000000",
    "bank": "Example Bank, BIC EXAMXX00",
    "account": "XX00 0000 0000 0000 0000",
    "email": "billing@tracker.example",
}
SELLER = {name: env.str(f"SELLER_{name.upper()}", default=value) for name, value in DEVELOPMENT_SELLER.items()}

# --- Look-ups of email domains: the name servers of the machine, or these (address or address:port) ------
DNS_SERVERS = env.list("DNS_SERVERS", default=[])

# --- Card payments: by Stripe when there is a key; else development shows a page of its own, on which no money moves
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API = env.str("STRIPE_API", default="")  # empty: Stripe's own address

# --- Headers -------------------------------------------------------------------------------------------
SECURE = ORIGIN.startswith("https://")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.int("TRUSTED_PROXY_COUNT", default=0) else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SESSION_ENGINE = "users.login.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = headers.CONTENT_SECURITY_POLICY
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
CSRF_FAILURE_VIEW = "tracker_portal.web.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = log_lines.config(level=env.str("LOG_LEVEL", default="INFO"))
