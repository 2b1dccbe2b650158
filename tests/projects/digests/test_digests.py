"""周调度 in three lengths: the figures of desk and list, only what is one's own, understandable without its link."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from portal import spans
from portal.models import SiteText
from projects import changes, digests, notes
from projects.models import LightSnapshot
from tests.factories import leader, park_manager, staff
from tests.projects.register import by_number
from tests.projects.test_desk import edit
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
SAID = {  # what the digest says of what a list counts
    "overdue_start": "逾期未开工{}个、{}亿元",
    "overdue_finish": "逾期未竣工{}个、{}亿元",
    "planned_new": "计划新开工{}个",
    "started": "已开工{}个",
    "planned_finishing": "计划竣工投产{}个",
    "finished": "已投产{}个",
    "trial": "试生产{}个",
    "red": "红灯{}个",
    "yellow": "黄灯{}个",
    "grey": "未评价{}个",
}
GOLDEN = Path(__file__).parent / "golden"
FIRST, LAST, ON = date(2021, 9, 20), date(2021, 9, 26), date(2021, 9, 27)


def digest_for(person, *, first=FIRST, last=LAST, on=ON):
    return digests.compose(person, first=first, last=last, on=on, memo={})


def read(person, **days):
    return digests.text(digest_for(person, **days))


def section(person, title, **days):
    return next(one for one in digest_for(person, **days).sections if title in one.title)


def people():
    return {"staff": staff(name="李某"), "park": park_manager("P01", name="王某"), "leader": leader(name="孙某")}


@pytest.mark.parametrize("length", ["staff", "park", "leader"])
def test_each_length_reads_as_agreed_with_the_bureau(register_2021, length):
    digest = digest_for(people()[length])

    assert f"{digest.subject}\n\n{digests.text(digest)}\n" == (GOLDEN / f"{length}.txt").read_text()


@pytest.mark.parametrize("length", ["staff", "park", "leader"])
def test_the_mail_tells_the_same_facts_as_the_text(register_2021, length):
    digest = digest_for(people()[length])
    mail = unescape(plain(digests.html(digest)))

    for one in digest.sections:
        cells = [cell for row in one.table.rows for cell in row] if one.table else []
        missing = [told for told in (one.title, one.lead, *one.points, *cells) if plain(told) not in mail]
        assert missing == []
    assert "<script" not in digests.html(digest)


def test_digest_desk_and_list_give_the_same_figures(as_user, register_2021):
    person = staff(name="李某")
    browser, table = as_user(person), section(person, "分园区").table
    desk = plain(browser.get("/").content.decode())

    for name, count, total, plan, *rest in table.rows:
        assert f"{name}{count}{total}{plan}{''.join(rest)}" in desk, name
    for chip, words in SAID.items():
        shown = plain(browser.get(f"/projects/summary/?year=2021&chip={chip}").content.decode())
        count, total = re.match(r"[^0-9]*(\d+)个(?:，总投资([0-9.]+)亿元)?", shown).groups()
        assert words.format(count, total) in read(person), chip


def test_a_unit_reads_of_itself_only(register_2021):
    told = read(park_manager("P99-511129", name="杨某"))

    assert digest_for(park_manager("P99-511129")).subject == "沐川：逾期未竣工1个、原因未填1个｜9月20日—26日"
    assert "5个、5.65亿元" in told
    assert not [word for word in ("五通桥", "井研", "全市", "公布数", "1380", "分园区", "138") if word in told]


def test_who_acts_for_several_units_reads_of_all_of_them(register_2021):
    both, whole = park_manager("P01", "P02"), park_manager("P99", "P99-511129")

    assert digests.scope(both, ON) == "P01,P02"
    assert digest_for(both).subject.startswith("五通桥、犍为：逾期未开工18个、")
    assert digests.scope(whole, ON) == "P99"
    assert "25个、90.69亿元" in read(whole)


def test_the_scope_follows_the_person_to_another_unit(register_2021):
    person = park_manager("P01")
    before = digests.scope(person, ON), digest_for(person).subject
    person.assignments.update(to_date=date(2021, 9, 26))
    gone = digests.scope(person, ON), digest_for(person).subject
    person.assignments.create(park=by_number("117").unit, from_date=ON)

    assert before == ("P01", "五通桥：逾期未开工10个、原因未填10个｜9月20日—26日")
    assert gone == ("", "目前没有由您填报的单位。")
    assert (digests.scope(person, ON), digest_for(person).subject[:3]) == ("P02", "犍为：")


def test_a_unit_is_asked_for_exactly_the_missing_reasons(register_2021):
    bureau = staff()
    notes.add_progress(project=by_number("070"), by=bureau, problem="385亩中42亩未完成征拆", reason="land")
    notes.add_progress(project=by_number("074"), by=bureau, problem="林地手续未批", reason="land")
    digest = digest_for(park_manager("P01"))

    assert digest.subject == "五通桥：逾期未开工10个、原因未填8个｜9月20日—26日"
    assert (
        "1. 逾期未开工10个中，8个未填原因：演示项目075、076、080、082、083、085、086、088，请补一句。"
        in digests.text(digest)
    )


def test_a_promise_takes_a_project_off_the_lists_but_not_off_the_counts(register_2021):
    bureau = staff(name="李某")
    notes.add_chase(project=by_number("070"), by=bureau, channel="phone", promised_on=date(2021, 10, 15))
    notes.add_chase(project=by_number("079"), by=bureau, channel="phone", promised_on=date(2021, 10, 15))
    told = read(park_manager("P01"))

    assert "逾期未开工10个中，9个未填原因：演示项目074、" in told
    assert "另有1个未填原因、已承诺时间。" in told
    assert "另有到期1个已承诺时间" in told
    assert "演示项目079" not in told
    assert "催补逾期原因80个：" in read(bureau)
    assert "（另有1个已承诺时间）" in read(bureau)


def test_a_unit_learns_what_became_of_its_requests(register_2021, set_today):
    bureau, park = staff(), park_manager("P01")
    set_today(date(2021, 9, 22))
    for number, decide in (("070", changes.give_back), ("074", changes.agree)):
        asked = changes.ask(
            project=by_number(number), field="planned_start", value=spans.parse("2021-10-31"), reason="land",
            said="征拆未完成", by=park,
        )  # fmt: skip
        decide(request=asked, by=bureau, answer="请附征拆协议")
    set_today(ON)
    told = read(park)

    assert "1. 调整申请退回1件：演示项目070计划开工时间（请附征拆协议）。" in told
    assert "调整申请同意1件" in told.split("上周")[1]
    assert "调整申请" not in read(park, first=date(2021, 9, 13), last=date(2021, 9, 19))


def test_the_week_behind_is_told_by_name_and_count(register_2021, set_today):
    bureau = staff(name="李某")
    set_today(date(2021, 9, 22))
    day = date(2021, 9, 21)
    edit(by_number("084"), bureau, stage="building", actual_start=spans.Span(day, day))
    LightSnapshot.objects.filter(project=by_number("070")).update(day=date(2021, 9, 1), light="yellow")
    LightSnapshot.objects.create(project=by_number("070"), day=date(2021, 9, 22), light="red")
    set_today(ON)

    assert section(bureau, "上周变化").lead == (
        "新开工1个：演示项目084（五通桥，0.52亿元）。新增红灯1个、节点完成1个。"
    )
    assert "已开工17个（上周+1）" in read(bureau)
    assert "红灯61个（上周新增1个）" in read(bureau)
    assert "开工1个：演示项目084" in read(park_manager("P01"))


def test_two_weeks_that_meet_on_one_day_are_told_as_one(register_2021):
    digest = digest_for(staff(), first=date(2022, 1, 24), last=date(2022, 2, 6), on=date(2022, 2, 7))

    assert digest.title == "工业项目周调度（1月24日—2月6日）"
    assert section(staff(), "变化", first=date(2022, 1, 24), last=date(2022, 2, 6), on=date(2022, 2, 7)).title == (
        "三、前两周变化"
    )


def test_only_red_lights_are_named_to_who_wants_only_those(register_2021):
    person = staff(name="李某", only_red=True)
    due, all_of_them = section(person, "本周到期"), section(staff(), "本周到期")

    assert all_of_them.lead.startswith("开工5：五通桥079、")
    assert due.title == "四、本周到期节点10个"
    assert due.lead == ""
    assert "名单只列红灯项目" in read(person)
    assert "逾期未开工46个、218.03亿元" in read(person)


def test_strangers_get_counts_without_a_name(register_2021):
    for person in people().values():
        told = digests.brief(digest_for(person))

        assert "请登录系统查看" in told
        assert "联系人：" in told
        assert not [word for word in ("演示项目", person.name, "夹江159") if word in told]


def test_contact_and_telephone_are_those_of_the_settings(register_2021):
    SiteText.objects.filter(key="contact").update(text="市经济和信息化局投资科 李某")
    SiteText.objects.filter(key="phone").update(text="0833-2110000")

    for person in people().values():
        assert "联系人：市经济和信息化局投资科 李某，电话：0833-2110000。" in digests.brief(digest_for(person))
        assert "联系人：市经济和信息化局投资科 李某，电话：0833-2110000。" in read(person)


def test_no_telephone_number_of_an_enterprise_is_sent(register_2021):
    notes.add_progress(project=by_number("159"), by=staff(), problem="联系13800000135催环评", reason="environment")

    assert "13800000135" not in "".join(read(person) for person in people().values())


def test_an_empty_register_makes_a_calm_digest(db):
    for person in people().values():
        assert digests.html(digest_for(person))
        assert "0个" in read(person)


def test_the_next_reader_of_the_same_units_costs_one_query(register_2021, django_assert_num_queries):
    first, other = park_manager("P01"), park_manager("P01", name="赵某")
    span = {"first": FIRST, "last": LAST, "on": ON}
    digests.html(digests.compose(first, **span))

    with django_assert_num_queries(1):
        digest = digests.compose(other, **span)
        told = digests.text(digest) + digests.html(digest) + digests.brief(digest)
    assert "赵某：" in told
    assert first.name not in told


def test_a_new_round_looks_again(register_2021):
    person, span = park_manager("P01"), {"first": FIRST, "last": LAST, "on": ON}
    digests.compose(person, **span)
    notes.add_progress(project=by_number("070"), by=staff(), problem="征拆未完成", reason="land")
    kept = digests.compose(person, **span).subject
    digests.begin()

    assert kept == "五通桥：逾期未开工10个、原因未填10个｜9月20日—26日"
    assert digests.compose(person, **span).subject == "五通桥：逾期未开工10个、原因未填9个｜9月20日—26日"
