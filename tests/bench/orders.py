"""How long a hundred thousand rows of order files take, and how much memory, beside a show that writes its log.

    python -m tests.bench.orders [--rows 100000] [--only NAME]

Each file comes in twice by `nongbo orders import`: when all of it is new, and a day later, when all of it has changed.
Exit code 1 where a file takes longer than `LIMIT_S` or more than `LIMIT_MB`, or a row of the show's log is lost.
"""

import argparse
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from studio.config import ShowConfig
from studio.journal import Journal
from studio.paths import Home
from studio.store.store import Store
from tests.integrations.exports import files
from tests.store.samples import APPLES, START, TEA, health

LIMIT_S = 20.0
LIMIT_MB = 400.0  # of the importing program: a show runs beside it, on a computer with four gigabytes
HEALTH_EVERY_S = 0.1  # ten times as often as a show
KNOCK_EVERY_S = 0.02
PLACES = ("甘肃省天水市麦积区甘泉镇峡门村", "贵州省黔西南州普安县青山镇", "山东省烟台市栖霞市官道镇")

Write = Callable[[Path, list[list[object]]], Path]


def taobao(number: int, done: bool) -> files.Record:
    return {
        "订单编号": f'="{3_100_000_000_000_000_000 + number}"',
        "买家会员名": f"tb{number % 60_000}",
        "总金额": "79.80",
        "买家实际支付金额": f"{39 + number % 60}.90",
        "订单状态": "交易成功" if done else "买家已付款，等待卖家发货",
        "收货人姓名": "王小明",
        "收货地址": PLACES[number % 3],
        "联系手机": f"'138{number:08d}",
        "订单创建时间": clock(number),
        "订单付款时间": clock(number + 30),
        "宝贝标题": "红富士苹果 5斤装 当季新鲜水果" if number % 3 else "普安红茶 特级",
        "物流单号": f"No:YT{number:012d}" if done else "",
        "物流公司": "圆通速递" if done else "",
        "宝贝总数量": str(1 + number % 3),
        "订单关闭原因": "订单未关闭",
        "退款金额": "0.00",
    }


def douyin(number: int, done: bool) -> files.Record:
    return {
        "主订单编号": f"{6_900_000_000_000_000_000 + number // 2}\t",
        "子订单编号": f"{6_910_000_000_000_000_000 + number}\t",
        "选购商品": "红富士苹果 5斤装 当季新鲜水果" if number % 3 else "普安红茶 特级",
        "商品数量": "1",
        "商品ID": f"{3_500_000_000_000_000_000 + number % 40}\t",
        "商家编码": "P01" if number % 3 else "P02",
        "商品单价": "1,099.00",
        "订单应付金额": f"1,0{number % 90 + 10}.90",
        "运费": "0.00",
        "优惠总金额": "3.00",
        "收件人": "王小明",
        "收件人手机号": f"138{number:08d}",
        "详细地址": PLACES[number % 3],
        "订单提交时间": clock(number),
        "支付完成时间": clock(number + 30),
        "流量来源": "小店自卖",
        "订单状态": "已发货" if done else "待发货",
        "售后状态": "-",
        "流量体裁": "直播" if done else "数据将于第二天更新",
        "发货时间": clock(number + 40_000) if done else "",
    }


def kuaishou(number: int, done: bool) -> files.Record:
    return {
        "订单号": f"{2_400_000_000_000 + number}\t",
        "订单创建时间": clock(number),
        "订单支付时间": clock(number + 30),
        "订单状态": "已收货" if done else "待发货",
        "实付款": f"¥{39 + number % 60}.90",
        "成交数量": str(1 + number % 3),
        "商品名称": "红富士苹果 5斤装 当季新鲜水果" if number % 3 else "普安红茶 特级",
        "商品ID": str(77_000_000_000 + number % 40),
        "SKU编码": "P01" if number % 3 else "P02",
        "商品单价": "¥39.90",
        "订单载体": "直播间",
        "收货人姓名": "王小明",
        "收货人电话": f"138{number:08d}",
        "收货地址": PLACES[number % 3],
        "快递公司": "中通" if done else "",
        "快递单号": f"7{number:013d}" if done else "",
    }


def clock(seconds: int) -> str:
    """So many seconds into an evening, as consoles write it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_777_579_200 + seconds))


@dataclass(frozen=True)
class Kind:
    """One kind of file; `record` makes a row of it, `write` the file."""

    name: str
    headings: list[str]
    record: Callable[[int, bool], files.Record]
    write: Write


KINDS = (
    Kind("千牛 CSV GBK", files.TAOBAO_ORDERS_OLD, taobao, partial(files.csv_file, encoding="gbk")),
    Kind("抖店 CSV UTF-8", files.DOUYIN, douyin, partial(files.csv_file, encoding="utf-8-sig")),
    Kind("抖店 xlsx", files.DOUYIN, douyin, files.xlsx_file),
    Kind("快手 CSV GB18030", files.KUAISHOU, kuaishou, partial(files.csv_file, encoding="gb18030")),
    Kind("快手 xlsx", files.KUAISHOU, kuaishou, files.xlsx_file),
)


@dataclass
class Beside:
    """What a show and a program that knocks at the log saw of an import."""

    lost: int = 0
    longest_wait_s: float = 0.0


@contextmanager
def show_beside(home: Home) -> Iterator[Beside]:
    """A show writes its log; somebody asks for SQLite's lock again and again, and notes how long it took."""
    seen, over = Beside(), threading.Event()
    troubles: list[object] = []

    def knock() -> None:
        connection = sqlite3.connect(home.database, timeout=60, isolation_level=None)
        while not over.wait(KNOCK_EVERY_S):
            began_s = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            seen.longest_wait_s = max(seen.longest_wait_s, time.perf_counter() - began_s)
        connection.close()

    with Store.of(home) as store:
        journal = Journal(store, troubles.append)
        journal.start()
        session_id = journal.begin(ShowConfig(cards=(APPLES.card(), TEA.card())), START)
        told = 0

        def live() -> None:
            nonlocal told
            while not over.wait(HEALTH_EVERY_S):
                journal.record(health(told))
                told += 1

        threads = [threading.Thread(target=work, name=work.__name__) for work in (knock, live)]
        for thread in threads:
            thread.start()
        try:
            yield seen
        finally:
            over.set()
            for thread in threads:
                thread.join()
            journal.end(START)
            journal.stop()
        kept = store.session_detail(session_id).health
        seen.lost = told - (kept.seconds if kept else 0) + len(troubles)


def written(kind: Kind, path: Path, rows: int, done: bool) -> Path:
    """The file, made by a process of its own: its memory would be counted as that of every program started after it."""
    making = multiprocessing.get_context("spawn").Process(target=_write, args=(kind.name, path, rows, done))
    making.start()
    making.join()
    assert making.exitcode == 0
    return path


def _write(name: str, path: Path, rows: int, done: bool) -> None:
    kind = next(one for one in KINDS if one.name == name)
    kind.write(path, files.rows_of(kind.headings, [kind.record(number, done) for number in range(rows)]))


def imported(home: Home, path: Path, rows: int, change: str) -> dict[str, float]:
    """One import by a program of its own: its CPU seconds and its time."""
    command = [sys.executable, "-m", "studio", "--home", str(home.root), "orders", "import", str(path), "--json"]
    with show_beside(home) as seen:
        began_s = time.perf_counter()
        program = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert program.stdout is not None
        (report,) = json.load(program.stdout)
        _pid, code, used = os.wait4(program.pid, 0)
        program.returncode = code
        wall_s = time.perf_counter() - began_s
    assert report[change] == report["rows"] == rows, report
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": wall_s,
        "rss_mb": used.ru_maxrss / 1024,
        "lock_ms": seen.longest_wait_s * 1000,
        "lost": seen.lost,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    code = 0
    for kind in (one for one in KINDS if args.only in one.name):
        with tempfile.TemporaryDirectory(prefix="nongbo-bench-") as name:
            home = Home(Path(name) / "home").ensure()
            for done, change in ((False, "new"), (True, "updated")):
                path = written(kind, Path(name) / f"orders-{change}", args.rows, done)
                found = imported(home, path, args.rows, change)
                over = found["wall_s"] > LIMIT_S or found["rss_mb"] > LIMIT_MB or found["lost"]
                code = code or int(bool(over))
                print(
                    f"{kind.name:<16} {change:<8} CPU {found['cpu_s']:5.1f} s  {found['wall_s']:5.1f} s of {LIMIT_S:g}"
                    f"  {found['rss_mb']:4.0f} MB of {LIMIT_MB:g}  the log's lock {found['lock_ms']:4.0f} ms"
                    f"  lost of the show's log {found['lost']:g}  {'OVER' if over else 'ok'}",
                    flush=True,
                )
    return code


if __name__ == "__main__":
    sys.exit(main())
