"""docs/reliability-report.md, from the results of runs."""

import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.chaos.script import SETUPS

Result = dict[str, Any]
HEAD = """# 可靠性报告

本文由 `python -m benchmarks chaos --long` 生成，不手工修改。
只用已有结果重写：`python -m benchmarks chaos --report-only`。

每次运行使用自己的数据库、邮件服务器和进程。邮件服务器按随机种子出错（拒收、断线、收下后不答复、整体停机一次），
每收下一封先写盘再答复，它的记录是判断的依据。运行中不断 `kill -9` 和暂停发送进程，杀定时器和业务写入进程，
清空、重启 Redis，强制重启 PostgreSQL、切断其连接；同时有人办结节点、调换填报单位。

提醒由系统自己的定时任务生成：每人每个工作日有一个节点到期。业务时间加快60倍，一天接一天，重试间隔随之缩短；
租约、轮询在运行中缩短为几秒。被杀的进程由装好模块的进程派生，等2秒（冷启动的时间）再开工。

机器：{machine}。结果所测的版本：{versions}。
"""
COLUMNS = (
    "方式", "种子", "人数×天", "应提醒事项", "消息", "送达", "丢失", "重复送达", "其中未预告", "预告可能重复",
    "kill -9（正文中）", "暂停", "恢复p95/最长（秒）", "到期至送达p50/p95（秒）", "每秒", "结论",
)  # fmt: skip
PLANTED = """
## 试验本身是否可信

下列缺陷由试验程序从外部植入（产品代码中没有开关），每一种都必须被发现。

| 植入的缺陷 | 发现 | 依据 |
|---|---|---|
"""
FULL, SEEDS = 10_000, 3
PARTIAL = """
**本次结果不完整**：不是每种方式都跑了三个种子、各10,000项。
数字只供参考，机器当时若有别的负荷，时间一项偏慢；发布前用 `--long` 重跑。
"""
NAMES = {
    "no_fence": "被接手后照样发送（不核对领取次数）",
    "no_intent": "发正文前不登记",
    "mark_first": "先记已发送再发",
    "no_unique_key": "周期、消息、事项都没有唯一键",
    "no_rescue": "进程死后无人接手",
    "shared_recipients": "一封信发给多人",
}
MEANING = """
## 怎么读

- 丢失：应提醒的事项没有出现在服务器收下的任何一封信里。邮箱不存在（1%）、信箱已满、事项已办结、人员已调离的不算。
- 重复送达：同一封信（同一编号、同样正文）被服务器收下多于一次。SMTP 不能保证只收一次；
  系统保证的是在再发之前已经记下“可能重复”。
- 恢复：发送进程被杀后，它手里的消息由别的进程接手（或重新排队）所用的时间。
- 到期至送达：从提醒应发时刻到服务器第一次收下，含停机和重试。Redis 全程停止（D）时p95不得超过60秒；
  恢复p95不得超过30秒。
- 消息少于事项：隔天没有发出的提醒并入下一天的同一条，服务器停机后不会一次收到几封。
"""


def write(file: Path, results: list[Result]) -> None:
    runs = [one for one in results if not one["plant"]]
    planted = [one for one in results if one["plant"]]
    text = HEAD.format(machine=machine(), versions="、".join(sorted({one.get("commit", "未知") for one in results})))
    if not is_complete(runs):
        text += PARTIAL
    text += "\n" + "\n".join(f"- {name}：{setup.title}" for name, setup in SETUPS.items()) + "\n"
    text += (
        "\n## 各种部署方式\n\n"
        + line(*COLUMNS)
        + line(*["---"] * len(COLUMNS))
        + "".join(map(row, sorted(runs, key=lambda one: (one["setup"], one["seed"]))))
    )
    text += total(runs)
    text += PLANTED + "".join(map(planted_row, planted)) + MEANING
    file.write_text(text)


def is_complete(runs: list[Result]) -> bool:
    """Whether every set-up was run with three seeds at full length."""
    full = [one["setup"] for one in runs if one["owed"] >= FULL]
    return all(full.count(setup) >= SEEDS for setup in SETUPS)


def row(one: Result) -> str:
    kills, data = one["kills"], one["broken"].get("killed in data", 0)
    late = one["delay"]
    cells = [
        one["setup"], one["seed"], f"{one['people']}×{one['owed'] // one['people']}", one["owed"], one["messages"],
        one["accepted"], one["lost"], one["repeats"], one["unexplained"], one["uncertain"], f"{kills}（{data}）",
        one["broken"].get("stop a sender", 0), f"{one['recovery']['p95']}/{one['recovery']['max']}",
        f"{late['p50']}/{late['p95']}", one["per_second"], verdict(one),
    ]  # fmt: skip
    return line(*cells)


def line(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |\n"


def verdict(one: Result) -> str:
    return "通过" if is_as_it_should_be(one) else "未通过：" + "、".join([*one["red"], *one["slow"]])


def is_as_it_should_be(one: Result) -> bool:
    """A plain run keeps every promise, a planted fault is found."""
    return bool(one["red"]) if one["plant"] else not one["red"] and not one["slow"]


def total(runs: list[Result]) -> str:
    names = ("owed", "accepted", "lost", "repeats", "unexplained", "kills")
    sums = {name: sum(one[name] for one in runs) for name in names}
    return (
        f"\n合计{len(runs)}次运行：应提醒{sums['owed']}项，送达{sums['accepted']}封，丢失{sums['lost']}项；重复{sums['repeats']}封，"
        f"其中未预告{sums['unexplained']}封；kill -9发送进程{sums['kills']}次。\n"
    )


def planted_row(one: Result) -> str:
    found = "、".join(f"{name}（{words[0]}处）" for name, words in one["red"].items())
    return f"| {NAMES[one['plant']]} | {'是' if one['red'] else '否'} | {found} |\n"


def machine() -> str:
    return f"{os.cpu_count()}核，{platform.system()} {platform.machine()}，Python {platform.python_version()}"
