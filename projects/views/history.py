"""Who changed what, when and why."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import timeline
from projects.models import Project
from projects.permissions import may_see_phones

STEPS_ON_PAGE = 50


@access(readers)
def project_history(request: SignedInRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    steps = timeline.steps(project, phones=may_see_phones(request.user, project))
    pages = Paginator(steps, STEPS_ON_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"project": project, "page_obj": page, "steps": page.object_list}
    return render(request, "projects/history.html", context)
