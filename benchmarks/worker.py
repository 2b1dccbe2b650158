"""One process on one database that asks pages of itself, over and over, and says what each cost.

Started by `benchmarks.measure`; one JSON line in, one JSON line out. In the process there is no network: what is
measured is the product (middleware, views, templates) and its database.
"""

import json
import os
import sys
import time
from typing import Any

import django

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the log is written as in production, but not among the answers
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from portal.models import User  # noqa: E402

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in() -> Client:
    """A browser of a member of staff who may also enter the admin."""
    user = User.objects.get(username="staff")
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "zh-CN"})
    client.force_login(user, backend=BACKEND)
    return client


def ask(client: Client, url: str, *, times: int, fragment: bool) -> dict[str, Any]:
    """Get the page `times` times and return the CPU seconds, the seconds and the bytes of one request."""
    headers = {"HX-Request": "true"} if fragment else {}
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        response = client.get(url, headers=headers)
    cost = {"cpu": (time.process_time() - cpu) / times, "wall": (time.perf_counter() - wall) / times}
    if response.status_code != 200:
        raise RuntimeError(f"{url}: {response.status_code} {response.get('Location', '')}")
    return cost | {"bytes": len(response.content)}


def queries(client: Client, url: str) -> dict[str, Any]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    return {"sql": len(captured), "statements": [q["sql"] for q in captured], "html": response.content.decode()}


ACTS = {"ask": ask, "queries": queries}


def main() -> None:
    client = signed_in()
    for line in sys.stdin:
        task = json.loads(line)
        answer = ACTS[task.pop("what")](client, **task)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
