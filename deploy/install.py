"""Bring to this machine what the product or its tests need. Standard library only: it runs before anything is there.

    python3 deploy/install.py product | tests

Prints one line per missing thing with the command that installs it. As root, or with sudo that asks nothing, it runs
that command; else it exits 3. Python packages come from the hashed locks into .venv, the front end into static/dist.
In an unpacked archive of ./pack both are beside it, and nothing is fetched.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_LOCK = "requirements-node.txt"
LOCKS = {"product": "requirements.txt", "tests": "requirements-dev.txt"}
POLICY = Path("/usr/sbin/policy-rc.d")
PACK, WHEELS = "pack.json", "wheels"  # only in an archive of ./pack


@dataclass(frozen=True)
class Need:
    """Something of the operating system: what people call it, its Debian package, and whether it is there."""

    title: str
    package: str
    is_there: Callable[[], bool]


def has_fonts() -> bool:
    return any(Path("/usr/share/fonts").rglob("Noto*CJK*"))


def has_postgresql() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def has_venv() -> bool:
    return bool(find_spec("ensurepip") and find_spec("venv"))


PRODUCT_NEEDS = [Need("Python 虚拟环境模块", "python3-venv", has_venv)]
TEST_NEEDS = [
    *PRODUCT_NEEDS,
    Need("Chromium 浏览器", "chromium", lambda: bool(shutil.which("chromium"))),
    Need("中文字体", "fonts-noto-cjk", has_fonts),
    Need("Redis", "redis-server", lambda: bool(shutil.which("redis-server"))),
    Need("PostgreSQL", "postgresql", has_postgresql),
]


def main(purpose: str) -> None:
    fits_this_machine()
    system_packages(TEST_NEEDS if purpose == "tests" else PRODUCT_NEEDS)
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # ./run and ./test may be started together
        python_packages(purpose)
        front_end()


# --- an archive of ./pack ---------------------------------------------------------------------------------------


def this_machine() -> dict[str, str]:
    """What wheels depend on."""
    return {
        "python": ".".join(map(str, sys.version_info[:2])),
        "system": platform.system(),
        "machine": platform.machine(),
        "libc": platform.libc_ver()[0],
    }


def fits_this_machine() -> None:
    """Refuse an archive that was made for another Python or machine, or that lost something on its way."""
    if not (ROOT / PACK).exists():
        return
    told = json.loads((ROOT / PACK).read_text(encoding="utf-8"))
    here = this_machine()
    for name, title in {"system": "操作系统", "machine": "处理器", "libc": "C 运行库", "python": "Python 版本"}.items():
        if told[name] != here[name]:
            print(f"这个安装包不能用在本机：{title}要求 {told[name]}，本机是 {here[name] or '未知'}。{ADVICE[name]}")
            sys.exit(3)
    if (VENV / "installed").exists():
        return
    for name, expected in told["sha256"].items():
        if not (ROOT / name).exists() or digest(ROOT / name) != expected:
            print(f"安装包不完整：{name} {'内容不符' if (ROOT / name).exists() else '缺失'}。请重新拷贝并解开。")
            sys.exit(3)


MADE_ALIKE = "请在与本机相同的系统上运行 ./pack，重新打包。"
ADVICE = {
    **dict.fromkeys(("system", "machine", "libc"), MADE_ALIKE),
    "python": "请安装要求的版本，或在 Python 版本与本机相同的机器上重新运行 ./pack。",
}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the operating system --------------------------------------------------------------------------------------


def system_packages(needs: list[Need]) -> None:
    """Install the missing Debian packages, or exit 3 with the commands on the screen."""
    missing = [need for need in needs if not need.is_there()]
    for need in missing:
        print(f"缺少：{need.title}。安装命令：apt-get install -y {need.package}", flush=True)
    if not missing:
        return
    sudo = becoming_root()
    if sudo is None or not shutil.which("apt-get"):
        sys.exit(3)
    apt_install(sudo, [need.package for need in missing])
    still = [need.title for need in missing if not need.is_there()]
    if still:
        print(f"安装后仍然缺少：{'、'.join(still)}", flush=True)
        sys.exit(3)


def becoming_root() -> list[str] | None:
    """Return the words before a command that make it run as root, or None if that is not to be had."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def apt_install(sudo: list[str], packages: list[str]) -> None:
    """Install the packages and keep their services from starting: the tests run servers of their own."""
    quiet = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    ours = not POLICY.exists()
    if ours:
        script = f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}"
        subprocess.run([*sudo, "sh", "-c", script], check=True)
    try:
        subprocess.run([*quiet, "update"], check=False)  # an unreachable extra source must not stop the rest
        install = [*quiet, "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(install, check=False, stdout=subprocess.DEVNULL)
    finally:
        if ours:
            subprocess.run([*sudo, "rm", "-f", str(POLICY)], check=True)


# --- Python ----------------------------------------------------------------------------------------------------


def stamp(*names: str) -> str:
    """Return a digest of these files, a name for the state they describe."""
    digest = hashlib.sha256(".".join(map(str, sys.version_info[:2])).encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def python_packages(purpose: str) -> None:
    """Make .venv hold what the lock says. The lock of the tests holds that of the product."""
    stamps = {name: stamp(lock) for name, lock in LOCKS.items()}
    kept = VENV / "installed"
    present = kept.read_text().split() if kept.exists() else []
    if stamps[purpose] in present and (VENV / "bin" / "python").exists():
        return
    with_tests = purpose == "tests" or len(present) == len(LOCKS)  # a new lock takes nothing away from ./test
    build_venv(LOCKS["tests"] if with_tests else LOCKS["product"])
    kept.write_text("\n".join(stamps.values() if with_tests else [stamps["product"]]))


def build_venv(lock: str) -> None:
    """Build the environment aside and rename it: one that failed half-way is never used."""
    print("正在安装 Python 组件……", flush=True)
    aside = ROOT / ".venv.new"
    shutil.rmtree(aside, ignore_errors=True)
    empty_venv(aside)
    pip_install(aside / "bin" / "python", lock)
    for script in (aside / "bin").iterdir():
        if script.is_file() and not script.is_symlink():  # scripts name the folder they were made in
            script.write_bytes(script.read_bytes().replace(bytes(aside), bytes(VENV)))
    for packages in aside.glob("lib/python*/site-packages"):  # our packages are found from every folder
        (packages / "project.pth").write_text(f"{ROOT}\n")
    old = ROOT / ".venv.old"
    shutil.rmtree(old, ignore_errors=True)
    if VENV.exists():
        VENV.rename(old)
    aside.rename(VENV)
    shutil.rmtree(old, ignore_errors=True)


def empty_venv(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)


def pip_install(python: Path, lock: str) -> None:
    """Install the lock; what pip says goes to var/pip.log, and to the screen if it fails."""
    log = ROOT / "var" / "pip.log"
    command = [str(python), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    if (ROOT / PACK).exists() and lock == LOCKS["product"]:
        command += ["--no-index", "--find-links", WHEELS, "--disable-pip-version-check"]
    with log.open("w") as output:
        done = subprocess.run([*command, "--require-hashes", "-r", lock], cwd=ROOT, stdout=output, stderr=output)
    if done.returncode:
        print("\n".join(log.read_text().splitlines()[-20:]), file=sys.stderr)
        done.check_returncode()


# --- the front end ---------------------------------------------------------------------------------------------


def front_end() -> None:
    """Make static/dist the build of frontend/ and the npm lock."""
    wanted = front_end_stamp()
    kept = ROOT / "static" / "dist" / "stamp"
    if kept.exists() and kept.read_text() == wanted:
        return
    environment = os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}
    npm_packages(environment)
    print("正在生成页面资源……", flush=True)
    subprocess.run(["node", "frontend/build.mjs"], cwd=ROOT, env=environment, check=True)
    kept.write_text(wanted)


def front_end_stamp() -> str:
    """Return the name of what static/dist should be."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "frontend").rglob("*") if path.is_file())
    return stamp("package-lock.json", *sources)


def npm_packages(environment: dict[str, str]) -> None:
    wanted = stamp("package-lock.json")
    kept = ROOT / "node_modules" / "stamp"
    if kept.exists() and kept.read_text() == wanted:
        return
    print("正在安装页面组件……", flush=True)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    kept.write_text(wanted)


def node_folder() -> Path:
    """Return the folder of a Node that is new enough: the machine's, else the one that PyPI carries."""
    node = shutil.which("node")
    if node and major("node") >= 20 and major("npm") >= 10:
        return Path(node).parent
    if not (VENV / "bin" / "node").exists():
        print("正在安装 Node……", flush=True)
        pip_install(VENV / "bin" / "python", NODE_LOCK)
    return VENV / "bin"


def major(command: str) -> int:
    """Return the first number of the command's version, 0 when it cannot be run."""
    try:
        said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failure:
        print(f"安装未完成：{' '.join(map(str, failure.cmd))}", file=sys.stderr)
        sys.exit(1)
