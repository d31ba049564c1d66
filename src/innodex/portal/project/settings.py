"""Django's settings, read from the home folder."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from innodex.documents import languages, say
from innodex.portal.project.home import TEMPORARY, database, place_of, read_home, secret_of

HOME: Path = place_of()
INNODEX = read_home(HOME)

# A server for tests: its clock can be set, and its limits on log-ins are off. Never outside a test.
TEST_SERVER = os.environ.get("INNODEX_TEST_SERVER") == "1"

DEBUG = False
SECRET_KEY = secret_of(HOME)
ALLOWED_HOSTS = INNODEX.called
ROOT_URLCONF = "innodex.portal.project.urls"
WSGI_APPLICATION = "innodex.portal.project.wsgi.application"

# From the uppermost app to the lowest.
APPS = ("runs", "appraisal", "collection", "consultation", "rounds", "people")
_STANDING = tuple(f"innodex.portal.{app}" for app in APPS if find_spec(f"innodex.portal.{app}.apps"))

# Functions `tick(at)` that move what only the clock moves; called in this order, lowest app first.
TICKS = tuple(f"{app}.ticks.tick" for app in reversed(_STANDING) if find_spec(f"{app}.ticks"))

INSTALLED_APPS = [
    "innodex.portal.project",
    *_STANDING,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "innodex.portal.project.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "innodex.portal.project.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "innodex.portal.project.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "innodex.portal.project.forms.Renderer"

DATABASES = {"default": database(INNODEX, os.environ.get("INNODEX_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- people and log-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/portal/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "innodex.portal.project.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# A ministry stands behind one address; guesses at one account are what is slowed down.
ACCOUNT_RATE_LIMITS = False if TEST_SERVER else {"login": "300/m/ip", "login_failed": "60/m/ip,6/300s/key"}
_FORMS = "innodex.portal.project.log_in"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LogIn",
    "change_password": f"{_FORMS}.ChangePassword",
    "reauthenticate": f"{_FORMS}.Reauthenticate",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.Authenticate",
    "reauthenticate": f"{_FORMS}.ReauthenticateByCode",
    "activate_totp": f"{_FORMS}.ActivateTOTP",
}
MFA_ADAPTER = "innodex.portal.project.accounts.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Innodex"
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1

# ---- sessions, cookies and headers
SESSION_COOKIE_NAME = "innodex_session"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = INNODEX.encrypted
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "innodex_csrf"
CSRF_FAILURE_VIEW = "innodex.portal.project.views.stale_form"
CSRF_TRUSTED_ORIGINS = [INNODEX.address.rstrip("/")] if INNODEX.address else []
LANGUAGE_COOKIE_NAME = "innodex_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if INNODEX.encrypted else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Counts failed log-ins across the threads of the one server process.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# ---- languages and time
USE_I18N = True
USE_TZ = True
LANGUAGE_CODE = INNODEX.language
LANGUAGES = [(lang, say(lang, "portal.language")) for lang in languages()]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = INNODEX.time_zone

# ---- files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / TEMPORARY / "static"
STATICFILES_FINDERS = [
    "innodex.portal.project.static.LookFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "innodex.portal.project.static.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = HOME / "evidence"
FILE_UPLOAD_TEMP_DIR = str(HOME / TEMPORARY) if (HOME / TEMPORARY).is_dir() else None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# ---- what goes wrong
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "WARNING"},
        # A page that does not exist and a wrong host are the caller's affair.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "waitress.queue": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
