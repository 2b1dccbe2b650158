"""Settings, all from the environment (the table is in docs/operations.md)."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.db.models import BigAutoField

from portal import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

# --- what a real installation must say -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("缺少环境变量 SECRET_KEY：请设置一个50个字符以上的随机字符串（./run 会自动生成）。")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PROXY_COUNT = env.int("PROXY_COUNT", 0)
SECURE_COOKIES = SITE_URL.startswith("https://")

# --- demonstration ---------------------------------------------------------------------------------------------
DEMO = env.bool("DEMO", False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "")
DEMO_TODAY = env.str("DEMO_TODAY", "2021-09-27")
LAN = env.bool("LAN", False)  # ./run --lan: a trial over plain http inside the house; every page says so
SUPERVISED = env.bool("SUPERVISED", False)  # ./run looks after the processes and can stop them all for a moment

# --- applications ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "parks",
    "projects",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.middleware.RealAddressMiddleware",
    "portal.middleware.OldBrowserMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.VisibleTextMiddleware",
    "portal.middleware.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.PasswordChangeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context_processors.site",
                "portal.context_processors.pending_form",
            ],
            "builtins": ["portal.templatetags.ui"],
        },
    }
]
DEFAULT_AUTO_FIELD = f"{BigAutoField.__module__}.{BigAutoField.__name__}"
AUTH_USER_MODEL = "portal.User"

# --- database: the only memory ---------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="sqlite:///var/portal.sqlite3")}
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = str(BASE_DIR / DATABASES["default"]["NAME"])  # never relative to the caller
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Redis: may be lost at any moment --------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", "")
HEARTBEAT_SECONDS = env.int("HEARTBEAT_SECONDS", 30)
HEARTBEATS = ["worker", "mailer"]  # what /healthz/jobs expects to have been seen
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "health_check_interval": 10,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a task is a poke; the database knows what is to be done
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_PUBLISH_RETRY = False  # a page never waits for the broker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {
        "task": "portal.tasks.heartbeat",
        "schedule": HEARTBEAT_SECONDS,
        "args": ["worker"],
        "options": {"expires": HEARTBEAT_SECONDS},  # a worker that was away need not catch up
    },
    "tick": {"task": "portal.tasks.tick", "schedule": 30, "options": {"expires": 25}},
    "run_lights": {"task": "projects.tasks.run_lights", "schedule": 30, "options": {"expires": 25}},
    "run_imports": {"task": "projects.tasks.run_imports", "schedule": 30, "options": {"expires": 25}},
    "run_downloads": {"task": "projects.tasks.run_downloads", "schedule": 60, "options": {"expires": 55}},
    "count_figures": {"task": "projects.tasks.count_figures", "schedule": 60, "options": {"expires": 55}},
    "refresh_lights": {"task": "projects.tasks.refresh_lights", "schedule": 600, "options": {"expires": 600}},
}
CLOCK_TASKS = [
    "projects.tasks.refresh_lights",
    "projects.tasks.count_figures",
    "portal.tasks.tick",
]  # what follows the business day, run when a demonstration is stepped
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default of 300 would drop rate limits under attack
    },
}

# --- mail: a row first, a letter second -----------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", f"filemail:///{VAR_DIR / 'mail'}")
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 30)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "项目调度系统 <noreply@localhost>")
MAIL_DOMAIN = env.str("MAIL_DOMAIN", "localhost")
MAIL_DETAIL_DOMAINS = [domain.lower() for domain in env.list("MAIL_DETAIL_DOMAINS", default=[])]  # empty: all
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 90)  # how long a process may hold a message
MAIL_DATA_LEASE_SECONDS = env.int("MAIL_DATA_LEASE_SECONDS", 360)  # and once the body is on its way
MAIL_POLL_SECONDS = env.int("MAIL_POLL_SECONDS", 15)
MAIL_KINDS = {"test": "portal.notices.TEST", "daily": "projects.daily.DAILY"}  # kind → where its words come from
MAIL_ENDABLE = ["daily"]  # kinds that carry the digest, which one may end
SIGNED_IN_MODELS = ["sessions.Session", "projects.WallPass"]  # rows that let a browser in; a restore ends them
SCHEDULED_JOBS = {"digests": "projects.mailing.DIGESTS", "reminders": "projects.mailing.REMINDERS"}  # in this order

# --- log-in ----------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first, or the right password enters while locked
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "portal.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# The default locks any name for anyone after 5 failures; None would leave guesses of TOTP codes unlimited. A whole
# bureau behind one address signs in at 8:30, so the limits by address are wide.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/m/ip,30/h/key"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_DISPLAY = str
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "项目调度系统"
MFA_REQUIRED = env.bool("MFA_REQUIRED", False)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "portal.accounts.lockout_name"
AXES_LOCKOUT_CALLABLE = "portal.accounts.locked_out"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says when the lock ends, and that stays true
AXES_DISABLE_ACCESS_LOG = True  # log-ins stand in the audit
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", 30) * 60
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 12) * 3600  # absolute: the session is never prolonged
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE_COOKIES else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE_COOKIES else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"

# --- what the browser may do -----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # probes come past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- language, time, files -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"

# --- logs ------------------------------------------------------------------------------------------------------
logs.configure_structlog()
LOGGING = logs.logging_config(debug=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# --- registers and tables --------------------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
DJANGO_TABLES2_TEMPLATE = "projects/_table.html"
SILENCED_SYSTEM_CHECKS = ["security.W009"]  # portal.W002 says it in Chinese
