"""Lists on their way out: which list (`lists`), which columns (`columns`), in which form (`forms`), by what grouped.

What is written here and imported again is 不变 in every row. Text stays text (see `portal.excel.writing`).
"""

from collections.abc import Sequence
from typing import Any

from portal import clock
from portal.models import User
from projects.exporting.forms import CsvForm, DataForm, Form, PaperForm
from projects.exporting.grouping import GROUPINGS
from projects.exporting.lists import EntryList, IssueList, Listing, NodeList, ProjectList
from projects.filters import ProjectFilter
from projects.issue_filters import IssueFilter
from projects.models import ProjectGroup
from projects.node_filters import NodeFilter
from projects.tables import columns_of

DATA, PAPER, CSV = DataForm.kind, PaperForm.kind, CsvForm.kind


def project_list(found: ProjectFilter) -> ProjectList:
    """The list page under a filter, as the person sees it."""
    return ProjectList(found.user, found.year, found.on, found)


def node_list(found: NodeFilter) -> NodeList:
    return NodeList(found.user, found.year, found.on, found)


def issue_list(found: IssueFilter, *, year: int) -> IssueList:
    return IssueList(found.user, year, found.on, found)


def entry_list(group: ProjectGroup, *, by: User) -> EntryList:
    return EntryList(by, group.year, clock.today(), group)


def form_of(listing: Listing, kind: str, *, group_by: str = "", names: Sequence[str] = ()) -> Form:
    """The list in a form, 数据版 for a kind nobody knows. `names`: columns of 上报版, else those the person chose."""
    if kind == PAPER:
        return PaperForm(listing, columns_of(listing.user, kept=names), GROUPINGS.get(group_by))
    return CsvForm(listing) if kind == CSV else DataForm(listing)


def data_form(found: ProjectFilter, *, by: User) -> Form:
    """What the list page exports for a person: the same filter over what the person may see."""
    return DataForm(project_list(found))


def audited(form: Form) -> dict[str, Any]:
    """What the audit keeps of an export."""
    return {"list": form.listing.kind, "form": form.kind, "rows": form.count, "conditions": form.listing.audited}
