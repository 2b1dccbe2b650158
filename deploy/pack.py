"""Write one archive from which ./run starts without any network: ./pack [ARCHIVE.tar.gz]

It holds the sources of the last commit, the Python packages of the lock as wheels for this kind of machine (one of
them is Valkey), the built front end, and pack.json: for which Python and machine it was made, and each file's SHA-256.
"""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import install

ROOT = install.ROOT


def main(words: list[str]) -> None:
    if not (ROOT / ".git").exists():
        sys.exit("这里没有版本库（.git），不能打包。请在装有完整源码的机器上运行 ./pack。")
    changed = git("status", "--porcelain", "--untracked-files=no").strip()
    if changed:
        print(f"提示：有{len(changed.splitlines())}个文件的改动没有提交，不会打进包里。", flush=True)
    name = f"portal-{git('show', '-s', '--format=%cd-%h', '--date=format:%Y%m%d').strip()}"
    target = Path(words[0]).absolute() if words else ROOT / "var" / "pack" / f"{name}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-pack-") as folder:
        staging = Path(folder) / name
        sources(staging)
        wheels(staging)
        front_end(staging)
        manifest(staging)
        write(staging, target)
    size = target.stat().st_size / 1e6
    print(f"已打包：{target}（{size:.0f} MB）。\n拷到同样系统的机器上解开，运行 ./run 即可，不需要网络。")


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def sources(staging: Path) -> None:
    """Unpack the last commit: what is not committed is nobody's release."""
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(staging, filter="data")


def wheels(staging: Path) -> None:
    """Fetch what the lock names, only as wheels: a house without Internet compiles nothing."""
    print("正在收集 Python 组件……", flush=True)
    fetch = ["-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    lock, place = staging / install.LOCKS["product"], staging / install.WHEELS
    subprocess.run([sys.executable, *fetch, "-r", lock, "-d", place], check=True)


def front_end(staging: Path) -> None:
    """Take the built files if they are those of the commit, else build them from it."""
    install.ROOT = staging
    built = ROOT / "static" / "dist"
    if (built / "stamp").exists() and (built / "stamp").read_text() == install.front_end_stamp():
        shutil.copytree(built, staging / "static" / "dist")
        return
    kept = ROOT / "node_modules" / "stamp"
    known = kept.exists() and kept.read_text() == install.stamp("package-lock.json")
    if known:
        (staging / "node_modules").symlink_to(ROOT / "node_modules")
    install.front_end()
    if known:
        (staging / "node_modules").unlink()
    else:
        shutil.rmtree(staging / "node_modules")


def manifest(staging: Path) -> None:
    """Write down what the archive is, last, over everything in it."""
    files = sorted(path for path in staging.rglob("*") if path.is_file() and not path.is_symlink())
    told = {
        "commit": git("rev-parse", "HEAD").strip(),
        "committed_at": git("show", "-s", "--format=%cI").strip(),
        **install.this_machine(),
        "sha256": {str(path.relative_to(staging)): install.digest(path) for path in files},
    }
    (staging / install.PACK).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write(staging: Path, target: Path) -> None:
    """Write the archive beside its place and rename it: half an archive never has its name."""
    beside = target.with_name(f".{target.name}.new")
    with gzip.open(beside, "wb", compresslevel=6) as squeezed, tarfile.open(fileobj=squeezed, mode="w") as archive:
        archive.add(staging, arcname=staging.name, filter=nobodys)
    os.replace(beside, target)


def nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Drop who made it: unpacked as root, the files belong to root."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"打包未完成：{' '.join(map(str, failure.cmd))}")
