"""What a commit needs: lint, types, migrations, the tests on SQLite, those marked `db` on PostgreSQL, the browser.

./test                      all of it, within 15 minutes on two cores
./test PYTEST-ARGUMENTS     only pytest with these, on SQLite
./test --long               all tests, also those marked `long`, on both databases
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NO_TEST = 5  # pytest's word for: nothing was selected
PYTEST = [sys.executable, "-m", "pytest", "--quiet", "--durations=5"]
LINTERS = {
    "ruff": [f"{BIN}/ruff", "check", "--quiet", "."],
    "格式": [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
    "djlint": [f"{BIN}/djlint", "templates", "--lint", "--quiet"],
    "mypy": [f"{BIN}/mypy", "--no-error-summary"],
    "迁移": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "0"],
}


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    if arguments and arguments != ["--long"]:
        chosen = [] if "-m" in arguments else ["-m", "not long"]
        return subprocess.run([*PYTEST, *chosen, *arguments]).returncode
    results = [(name, step(name, command)) for name, command in LINTERS.items()]
    for name, words, database in rounds(long=bool(arguments)):
        results.append((name, step(name, [*PYTEST, *words], database)))
    failed = [name for name, code in results if code]
    print(f"\n{'未通过：' + '、'.join(failed) if failed else '全部通过'}", flush=True)
    return 1 if failed else 0


def rounds(*, long: bool) -> list[tuple[str, list[str], str]]:
    """Return the runs of pytest: name, arguments, database."""
    two = ["-n", "2"]
    if long:
        everything = [*two, "-m", "", "tests"]
        return [("SQLite（全部）", everything, "sqlite"), ("PostgreSQL（全部）", everything, "postgresql")]
    return [
        ("SQLite", [*two, "-m", "not long", "--ignore", "tests/e2e", "tests"], "sqlite"),
        ("PostgreSQL", [*two, "-m", "db and not long", "--ignore", "tests/e2e", "tests"], "postgresql"),
        ("浏览器", [*two, "-m", "not long", "tests/e2e"], "sqlite"),
    ]


def step(name: str, command: list[str], database: str = "sqlite") -> int:
    """Run one check, say how long it took and return how it ended."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    environment = os.environ | {"PORTAL_TEST_DATABASE": database}
    environment.setdefault("SECRET_KEY", "only-for-checks")
    code = subprocess.run(command, env=environment).returncode
    code = 0 if code == NO_TEST and "pytest" in command else code
    print(f"== {name}：{'通过' if code == 0 else '未通过'}，{time.monotonic() - began:.0f}秒", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
