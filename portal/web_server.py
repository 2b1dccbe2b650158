"""How gunicorn serves the site; addresses and the number of workers come from the command line."""

import gc
import os

from portal import logs

worker_class = "gthread"
threads = 4
timeout = 120  # an import of ten thousand rows
graceful_timeout = 10
max_requests = 5000  # a slow leak never grows old
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats, never on a slow disk
accesslog = None  # each request is said once, by django_structlog
control_socket_disable = True
logs.configure_structlog()
logconfig_dict = logs.logging_config(debug=os.environ.get("DEBUG", "").lower() in ("1", "true", "yes", "on"))


def post_worker_init(worker: object) -> None:
    """What was imported lives as long as the process: the collector need not look at it, nor often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
