"""On site with a phone: a photograph proves the start. In the office: a request is asked for and answered."""

from datetime import date

import pytest

from projects import groups, milestones, nodes
from projects.choices import Stage
from projects.models import Evidence, Project
from tests.factories import ProjectFactory, lead, park_manager
from tests.portal.test_files import picture
from tests.projects.test_milestones import listed

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
JULY = {"planned_start_from": date(2021, 7, 21), "planned_start_to": date(2021, 7, 21)}


@pytest.fixture
def project(live):
    """A project of 省重点 with its six nodes, a park person `own` and the bureau's `lead`."""
    boss = lead(username="lead", name="陈某")
    park_manager("P01", username="own", name="王某")
    made = ProjectFactory(unit="P01", **JULY)
    nodes.follow([made], by=boss)
    listed(made, groups.PROVINCE_KEY)
    return made


def test_a_photograph_from_the_album_proves_the_start(project, page, login):
    page.set_viewport_size(PHONE)
    login(page, "own")
    page.goto(f"/projects/{project.pk}/stage/?to=building")
    page.get_by_label("实际开工时间").fill("2021-09-20")
    page.get_by_label("佐证").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture((4000, 3000))}
    )

    page.get_by_role("button", name="保存").click()
    page.get_by_text("照片里没有拍摄日期，请填写。").first.wait_for()
    assert page.get_by_text("已收到“现场.jpg”").is_visible()
    page.get_by_label("拍摄日期").fill("2021-09-19")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记为在建").wait_for()

    proof = Evidence.objects.select_related("file").get()
    assert (proof.taken_on, proof.file.width, proof.file.height) == (date(2021, 9, 19), 2560, 1920)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_a_request_goes_from_the_park_to_the_bureau_and_back(project, new_context, login):
    milestones.apply_template(project=project, by=lead(), full=False)
    park, bureau = new_context().new_page(), new_context().new_page()
    login(park, "own")
    park.goto(f"/projects/{project.pk}/")
    row = park.locator(".node-table tr", has_text="开工").first
    row.locator("summary").click()
    row.get_by_role("link", name="申请调整节点").click()
    park.get_by_label("申请调整为").fill("2021年12月")
    park.get_by_label("原因类别").select_option("land")
    park.get_by_label("说明").fill("42亩征拆未完成")
    park.get_by_role("button", name="提交申请").click()
    park.get_by_text("申请已提交").wait_for()

    login(bureau, "lead")
    bureau.get_by_role("link", name="调整申请").first.click()
    bureau.get_by_role("link", name="办理", exact=True).click()
    bureau.get_by_role("button", name="同意").click()
    bureau.get_by_text("项目内容已按申请调整").wait_for()

    park.goto(f"/projects/{project.pk}/")
    assert park.get_by_text("已调整1次").is_visible()
    assert park.get_by_text("已同意").first.is_visible()
    assert str(Project.objects.get(pk=project.pk).planned_start) == "2021年12月"
