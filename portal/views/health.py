"""Whether the site lives, for a load balancer and a monitor. No log-in, and nothing about data in the answers."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import heartbeats, mail_status
from portal.permissions import access, public


@never_cache
@require_safe
@login_not_required
@access(public)
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
@login_not_required
@access(public)
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has the tables of this release: nothing else keeps the site from serving pages."""
    problem = database_problem()
    return JsonResponse({"ready": not problem, "problem": problem}, status=503 if problem else 200)


@never_cache
@require_safe
@login_not_required
@access(public)
def jobs(request: HttpRequest) -> JsonResponse:
    """Each background process was seen lately, what was owed was told, no clock jumped; 503 when one does not hold."""
    ages = heartbeats.ages()
    processes = {
        name: {"age_seconds": None if age is None else round(age.total_seconds()), "fresh": heartbeats.is_fresh(age)}
        for name, age in ages.items()
    }
    fresh = all(heartbeats.is_fresh(age) for age in ages.values())
    missing, suspect = mail_status.missing(), bool(mail_status.suspects())
    said = {"fresh": fresh, "processes": processes, "reminders": {"missing": missing}, "clock": {"suspect": suspect}}
    return JsonResponse(said, status=200 if fresh and not missing and not suspect else 503)


def database_problem() -> str:
    """Return what is wrong with the database as one word, or nothing."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "database"
    return "migrations" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
