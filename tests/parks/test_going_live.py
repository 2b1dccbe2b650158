"""转为正式: who may ask, what is left for ./run, and what stands in the database afterwards."""

import errno
import json
import re
from pathlib import Path

import pytest
from django.conf import settings as site

from parks import going_live
from portal import clock, postgresql_backups
from portal.models import AuditEntry, User
from tests.factories import ProjectFactory
from tests.portal.test_backups import database, drill, filled, manage, rows

__all__ = ["database", "drill", "filled"]  # fixtures

PAGE = "/settings/go-live/"
ANSWER = {"username": "Admin", "name": "郑某", "word": "转为正式"}
DEMO = {"DEMO": "1", "DEMO_PASSWORD": "demo-password-2021"}
FULFIL = "from parks import going_live; print(going_live.fulfil())"


@pytest.fixture
def trial(settings, tmp_path) -> Path:
    """A demonstration under ./run."""
    settings.DEMO, settings.SUPERVISED, settings.VAR_DIR = True, True, tmp_path
    return tmp_path


# --- the page --------------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(db, as_user, lead, trial):
    ProjectFactory.create_batch(2)

    page = as_user(lead).get(PAGE).content.decode()

    assert f"2个项目及其进展、节点、月报、照片和消息；{User.objects.count()}个账号" in page
    assert "演示时钟（2021年9月27日）改为真实日期" in page
    assert "改名留在服务器上，不删除" in page


@pytest.mark.parametrize("person", ["lead", "sysadmin"])
def test_a_wish_is_left_for_run_and_the_password_is_shown_once(as_user, people, trial, person):
    answer = as_user(people[person]).post(PAGE, ANSWER)

    wish = json.loads((trial / "go-live.json").read_text())
    secret = re.search(r'id="one-time-password">([\w-]+)<', answer.content.decode()).group(1)
    assert (wish["username"], wish["name"], wish["by"]) == ("admin", "郑某", person)
    assert secret not in json.dumps(wish)
    assert (trial / "go-live.json").stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.get(action="site.go_live").user == people[person]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"word": "转正"}, "请完整输入“转为正式”"), ({"username": "张 三"}, "请输入合法的用户名"), ({"name": ""}, "必填")],
)
def test_a_wrong_answer_leaves_nothing(as_user, lead, trial, change, words):
    answer = as_user(lead).post(PAGE, ANSWER | change)

    assert words in answer.content.decode()
    assert not (trial / "go-live.json").exists()


def test_without_run_the_page_names_the_command(as_user, lead, trial, settings):
    settings.SUPERVISED = False

    answer = as_user(lead).post(PAGE, ANSWER)

    assert "manage.py go_live" in answer.content.decode()
    assert not (trial / "go-live.json").exists()


def test_nobody_else_ends_a_trial(as_user, people, trial):
    refused = [as_user(people[one]).post(PAGE, ANSWER).status_code for one in ("staff", "leader", "auditor")]

    assert refused == [403, 403, 403]
    assert not (trial / "go-live.json").exists()


def test_a_real_site_has_no_such_page(as_user, lead):
    assert as_user(lead).post(PAGE, ANSWER).status_code == 404


@pytest.mark.parametrize(("person", "shown"), [("lead", True), ("sysadmin", True), ("staff", False)])
def test_the_line_of_the_demonstration_leads_to_the_page(as_user, people, trial, person, shown):
    page = as_user(people[person]).get("/settings/notifications/").content.decode()

    assert (PAGE in page) is shown


# --- what ./run does with the wish -----------------------------------------------------------------------------


def wish(folder: Path, **change: str) -> None:
    told = {"username": "admin", "name": "郑某", "password": "argon2$hash", "by": "lead", "address": "10.0.0.8"}
    (folder / "go-live.json").write_text(json.dumps(told | {"number": "0123"} | change))


def test_the_wish_leaves_one_administrator_and_keeps_the_trial_beside(database):
    folder = database.parent
    assert manage(database, "load_sample", "--projects", "3", more=DEMO).returncode == 0
    (folder / "demo-databases").write_text("mark")
    (folder / "secret-key").write_text("key")
    wish(folder)

    done = manage(database, "shell", "-c", FULFIL, more=DEMO)

    assert "已转为正式：0个项目、1个账号" in done.stdout, done.stdout + done.stderr
    people = "SELECT username, name, role, is_demo, must_change_password, password FROM portal_user"
    assert rows(database, people) == [("admin", "郑某", "sysadmin", 0, 1, "argon2$hash")]
    assert rows(database, "SELECT count(*) FROM projects_project") == [(0,)]
    assert rows(database, "SELECT count(*) FROM portal_clockoffset") == [(0,)]
    audit = rows(database, "SELECT username, substr(at, 1, 4) FROM portal_auditentry WHERE action = 'site.go_live'")
    assert audit == [("lead", str(clock.machine_now().year))]
    (former,) = folder.glob("portal.sqlite3.before-*")
    assert rows(former, "SELECT count(*) FROM projects_project") == [(3,)]
    assert [path.name for path in folder.glob("files.before-*/*")] == ["photo.bin"]
    assert not [name for name in ("go-live.json", "demo-databases", "secret-key") if (folder / name).exists()]
    assert manage(database, "check", "--database", "default").returncode == 0


def test_a_wish_found_again_after_a_power_cut_changes_nothing_more(database):
    assert manage(database, "load_sample", "--accounts", more=DEMO).returncode == 0
    wish(database.parent)
    manage(database, "shell", "-c", FULFIL, more=DEMO)
    wish(database.parent)
    (database.parent / "files").mkdir()  # the power went before these were put aside
    (database.parent / "secret-key").write_text("key")

    done = manage(database, "shell", "-c", FULFIL)

    assert done.stdout.strip().endswith("已转为正式。")
    assert not [name for name in ("files", "secret-key") if (database.parent / name).exists()]
    assert len(list(database.parent.glob("portal.sqlite3.before-*"))) == 1
    assert not (database.parent / "go-live.json").exists()


def test_what_cannot_be_put_aside_is_said_and_the_secrets_go_all_the_same(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    for name in ("files", "mail"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret-key").write_text("key")
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name == "files":
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    said = going_live.put_aside("20210927083000")

    assert said == f"试用期的文件没有移开，请手工移走：{tmp_path}/files（Device or resource busy）。"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "mail.before-20210927083000"]


def test_a_wish_on_a_real_database_empties_nothing(database):
    before = rows(database, "SELECT count(*) FROM portal_outgoingmail")
    wish(database.parent)

    done = manage(database, "shell", "-c", FULFIL)

    assert "没有转为正式，演示库没有改动" in done.stdout
    assert rows(database, "SELECT count(*) FROM portal_outgoingmail") == before
    assert "不是演示库" in (database.parent / "go-live-failed.txt").read_text()


def test_a_weak_password_at_the_console_is_refused_before_anything_is_swapped(database):
    assert manage(database, "load_sample", "--accounts", more=DEMO).returncode == 0

    done = manage(database, "go_live", "admin", "--password-stdin", more=DEMO, say="12345\n")

    assert done.returncode == 1
    assert "没有转为正式" in done.stderr
    assert list(database.parent.glob("portal.sqlite3.before-*")) == []
    assert rows(database, "SELECT count(*) FROM portal_user WHERE is_demo")[0][0] == 12


@pytest.mark.db
def test_postgresql_goes_live_too(drill, tmp_path):
    nowhere = tmp_path / "none"
    assert manage(nowhere, "load_sample", "--projects", "3", address=drill, more=DEMO).returncode == 0
    wish(tmp_path)

    done = manage(nowhere, "shell", "-c", FULFIL, address=drill, more=DEMO)

    assert "已转为正式：0个项目、1个账号" in done.stdout, done.stdout + done.stderr
    with postgresql_backups.connect(re.search(r"drill\d+", drill).group()) as line:
        assert line.execute("SELECT username, is_demo FROM portal_user").fetchall() == [("admin", False)]
        assert line.execute("SELECT count(*) FROM projects_project").fetchone() == (0,)
        assert line.execute("SELECT count(*) FROM portal_clockoffset").fetchone() == (0,)
    former = done.stdout.split("保留为")[1].split("。")[0]
    with postgresql_backups.connect(former) as line:
        assert line.execute("SELECT count(*) FROM projects_project").fetchone() == (3,)


def test_the_word_for_failure_is_kept_where_the_page_finds_it(trial):
    (trial / "go-live-failed.txt").write_text("没有空间")

    assert going_live.trouble() == "没有空间"
    assert going_live.wish_file() == Path(site.VAR_DIR) / "go-live.json"
