"""The frame of every page and the pages for refusals, as the server sends them."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from portal.models import SiteText
from portal.views import errors

LIGHTS = {"red": ("■", "红灯"), "yellow": ("▲", "黄灯"), "green": ("●", "绿灯"), "none": ("○", "未评价")}


@pytest.mark.parametrize("light", LIGHTS)
def test_a_light_has_shape_and_word(light: str):
    drawn = render_to_string("_light.html", {"light": light})

    assert all(part in drawn for part in LIGHTS[light])


def test_a_chip_without_projects_is_marked_and_keeps_its_number():
    drawn = render_to_string("_chip.html", {"url": "/projects/", "label": "待分派", "count": 0})

    assert "zero" in drawn
    assert ">0<" in drawn


def test_both_texts_stand_side_by_side_and_are_escaped():
    rows = [{"label": "下一步", "theirs": "<b>10月</b>", "mine": ""}]
    conflict = {"who": "李某", "at": None, "rows": rows}

    drawn = render_to_string("_conflict.html", {"conflict": conflict})

    assert "&lt;b&gt;10月&lt;/b&gt;" in drawn
    assert "（空）" in drawn


@pytest.mark.django_db
def test_log_in_page_carries_the_notice_that_the_bureau_words():
    SiteText.objects.update_or_create(key="notice", defaults={"title": "提示", "text": "严禁处理国家秘密"})

    page = Client().get("/accounts/login/").content.decode()

    assert page.count("严禁处理国家秘密") == 2  # above the form and in the foot
    assert '<html lang="zh-CN">' in page
    assert '<meta name="renderer" content="webkit">' in page


@pytest.mark.django_db
def test_no_page_of_the_frame_holds_inline_style_or_script():
    page = Client().get("/accounts/login/").content.decode()

    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def test_a_server_error_is_shown_without_touching_the_database():
    answer = errors.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "系统出现错误" in answer.content.decode()


def test_the_page_for_old_kernels_needs_no_script():
    page = render_to_string("unsupported.html")

    assert "极速模式" in page
    assert "<script" not in page
