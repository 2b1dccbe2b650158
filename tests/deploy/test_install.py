"""What ./run and ./test do to a machine before anything of ours runs."""

import importlib.util
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"deploy_{name}", settings.BASE_DIR / "deploy" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The installer, working in an empty folder."""
    module = load("install")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    for lock in module.LOCKS.values():
        (tmp_path / lock).write_text(lock)
    monkeypatch.setattr(module, "empty_venv", lambda folder: (folder / "bin").mkdir(parents=True))
    return module


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("start")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    (tmp_path / "var").mkdir()
    monkeypatch.delenv("DATABASE_URL")
    return module


def need(module: ModuleType, package: str, there: bool) -> object:
    return module.Need(f"部件{package}", package, lambda: there)


def test_a_missing_thing_is_named_with_its_command_and_ends_with_3(install, monkeypatch, capsys):
    monkeypatch.setattr(install, "becoming_root", lambda: None)

    with pytest.raises(SystemExit) as stopped:
        install.system_packages([need(install, "here", True), need(install, "gone", False)])

    assert stopped.value.code == 3
    assert capsys.readouterr().out == "缺少：部件gone。安装命令：apt-get install -y gone\n"


def test_root_installs_only_what_is_missing(install, monkeypatch):
    asked: list[list[str]] = []
    monkeypatch.setattr(install, "becoming_root", list)
    monkeypatch.setattr(install, "apt_install", lambda sudo, packages: asked.append(packages))

    with pytest.raises(SystemExit):  # still missing afterwards
        install.system_packages([need(install, "here", True), need(install, "gone", False)])

    assert asked == [["gone"]]


def test_an_installation_that_failed_leaves_the_old_environment(install, monkeypatch):
    (install.VENV / "bin").mkdir(parents=True)
    (install.VENV / "bin" / "python").touch()

    def fail(python: Path, lock: str) -> None:
        raise subprocess.CalledProcessError(1, ["pip"])

    monkeypatch.setattr(install, "pip_install", fail)
    with pytest.raises(subprocess.CalledProcessError):
        install.python_packages("product")

    assert (install.VENV / "bin" / "python").exists()
    assert not (install.VENV / "installed").exists()


def test_scripts_of_the_finished_environment_name_its_final_place(install, monkeypatch):
    def one_script(python: Path, lock: str) -> None:
        (python.parent / "tool").write_text(f"#!{python}\n")

    monkeypatch.setattr(install, "pip_install", one_script)
    install.python_packages("product")

    assert (install.VENV / "bin" / "tool").read_text() == f"#!{install.VENV}/bin/python\n"


def test_the_second_installation_does_nothing(install, monkeypatch):
    built: list[str] = []

    def build(lock: str) -> None:
        built.append(lock)
        (install.VENV / "bin").mkdir(parents=True, exist_ok=True)
        (install.VENV / "bin" / "python").touch()

    monkeypatch.setattr(install, "build_venv", build)
    for purpose in ["product", "tests", "product", "tests"]:
        install.python_packages(purpose)

    assert built == ["requirements.txt", "requirements-dev.txt"]


def test_a_changed_lock_takes_no_package_of_the_tests_away(install, monkeypatch):
    built: list[str] = []
    monkeypatch.setattr(install, "build_venv", lambda lock: built.append(lock) or install.VENV.mkdir(exist_ok=True))
    install.python_packages("tests")
    for lock in install.LOCKS.values():
        (install.ROOT / lock).write_text("newer")

    install.python_packages("product")

    assert built == ["requirements-dev.txt", "requirements-dev.txt"]


def test_a_changed_lock_is_installed(install, monkeypatch):
    before = install.stamp("requirements.txt")
    (install.ROOT / "requirements.txt").write_text("something")

    assert install.stamp("requirements.txt") != before


def test_the_lock_of_the_tests_holds_that_of_the_product():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (settings.BASE_DIR / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_secrets_are_made_once_and_only_their_owner_reads_them(start):
    first = start.kept("secret-key", "one")

    assert (first, start.kept("secret-key", "two")) == ("one", "one")
    assert (start.VAR / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_database_that_somebody_else_made_is_no_demonstration(start):
    (start.VAR / "portal.sqlite3").write_bytes(b"theirs")

    assert not start.is_demonstration()


def test_a_database_made_here_stays_a_demonstration(start):
    assert start.is_demonstration()

    (start.VAR / "portal.sqlite3").write_bytes(b"ours")

    assert start.is_demonstration()


def test_a_taken_port_is_refused_with_the_next_one(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SystemExit) as stopped:
            start.refuse_taken_port(port, ["127.0.0.1"])

    assert str(stopped.value) == f"端口{port}已被占用，请换一个：./run --port {port + 1}"
