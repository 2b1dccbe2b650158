"""The archive for a house without Internet, and ./run from it where no network exists."""

import errno
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from types import ModuleType
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.deploy.test_install import load

MINUTES = 6
WITHOUT_NETWORK = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The installer in a folder that says it is an unpacked archive with one file."""
    install = load("install")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    (tmp_path / "one.txt").write_text("one")
    told = install.this_machine() | {"sha256": {"one.txt": hashlib.sha256(b"one").hexdigest()}}
    (tmp_path / install.PACK).write_text(json.dumps(told))
    return install


def change(install: ModuleType, **values: str) -> None:
    place = install.ROOT / install.PACK
    place.write_text(json.dumps(json.loads(place.read_text()) | values))


def test_an_archive_for_this_machine_is_taken(unpacked):
    unpacked.fits_this_machine()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"python": "3.9"}, "Python 版本要求 3.9，本机是 3."),
        ({"machine": "loongarch64"}, "处理器要求 loongarch64，本机是 "),
        ({"libc": "musl"}, "C 运行库要求 musl，本机是 "),
    ],
)
def test_an_archive_for_another_machine_is_refused_in_words(unpacked, capsys, values, words):
    change(unpacked, **values)

    with pytest.raises(SystemExit) as stopped:
        unpacked.fits_this_machine()

    said = capsys.readouterr().out
    assert stopped.value.code == 3
    assert said.startswith(f"这个安装包不能用在本机：{words}")
    assert "重新" in said


@pytest.mark.parametrize(("damage", "words"), [("two", "内容不符"), (None, "缺失")])
def test_an_archive_that_lost_something_is_refused(unpacked, capsys, damage, words):
    (unpacked.ROOT / "one.txt").unlink()
    if damage:
        (unpacked.ROOT / "one.txt").write_text(damage)

    with pytest.raises(SystemExit):
        unpacked.fits_this_machine()

    assert capsys.readouterr().out == f"安装包不完整：one.txt {words}。请重新拷贝并解开。\n"


def test_only_the_packages_of_the_product_come_from_the_archive(unpacked, monkeypatch):
    asked = []
    monkeypatch.setattr(
        unpacked.subprocess, "run", lambda words, **_: asked.append(words) or subprocess.CompletedProcess(words, 0)
    )
    (unpacked.ROOT / "var").mkdir()

    unpacked.pip_install(Path("python"), "requirements.txt")
    unpacked.pip_install(Path("python"), "requirements-dev.txt")

    assert ["--no-index" in words for words in asked] == [True, False]
    assert all("--require-hashes" in words for words in asked)


# --- the real thing --------------------------------------------------------------------------------------------


@pytest.mark.long
def test_run_from_the_archive_reaches_the_log_in_page_without_any_network(tmp_path):
    if subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True).returncode:
        pytest.skip("this machine makes no network namespaces for us")
    archive = tmp_path / "portal.tar.gz"
    subprocess.run(
        [sys.executable, settings.BASE_DIR / "deploy" / "pack.py", archive], check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.glob("portal-*-*")
    # not this process's folder of state, packages or settings: the archive stands alone
    clean = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}

    done = subprocess.run(
        [*WITHOUT_NETWORK, sys.executable, "-c", f"from {__name__} import inside; inside()", str(folder)],
        cwd=settings.BASE_DIR, env=clean, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 True" in done.stdout


def inside() -> None:
    """In the namespace: be sure that nothing is reached, start, open the log-in page, stop."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        assert probe.connect_ex(("10.0.0.1", 9)) == errno.ENETUNREACH  # a datagram socket that sends nothing
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = subprocess.Popen([Path(sys.argv[1]) / "run", "--port", str(port)])
    try:
        status, page = first_answer(f"http://127.0.0.1:{port}/accounts/login/", site)
    finally:
        site.send_signal(signal.SIGINT)
        site.wait(60)
    sys.stdout.write(f"{status} {'乐山市工业投资项目' in page}\n")


def first_answer(address: str, site: "subprocess.Popen[bytes]") -> tuple[int, str]:
    deadline = time.monotonic() + MINUTES * 60
    while True:
        try:
            with urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except (URLError, OSError):
            assert site.poll() is None, "the site ended"
            assert time.monotonic() < deadline, "nobody answers"
            time.sleep(0.5)
