"""Session files of the platforms: what they themselves say of a live session, recognised by its headings.

抖音罗盘's list of live rooms and 生意参谋's list of sessions have a row for each; 抖音大屏's workbook is about one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from integrations.base import N_, IntegrationError
from integrations.exports import cells
from integrations.exports.base import BadRow
from integrations.exports.layout import Layout, find_headings, plain
from integrations.exports.sheets import Row

Figures = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class LiveSession:
    """What a platform says of one live session; times are UTC. `figures` are named as in `FIGURES`.

    `ended_at` is None and texts are empty where the file does not say.
    """

    account: str
    room_id: str
    title: str
    started_at: datetime
    ended_at: datetime | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class SessionsExport:
    """A session file that was read, or an interface's answer: every row is either in `sessions` or in `bad`.

    `told_at` is as of when the platform says it, where anybody knows.
    """

    kind: str
    platform: str
    sessions: tuple[LiveSession, ...]
    bad: tuple[BadRow, ...]
    told_at: datetime | None = None


# figure -> its headings. Money is in fen, times are in seconds. What can be made of others (rates) is left out.
FIGURES: Mapping[str, tuple[str, ...]] = {
    "room_views": ("直播间观看次数",),
    "room_viewers": ("直播间观看人数",),
    "peak_viewers": ("最高在线人数",),
    "mean_viewers": ("平均在线人数",),
    "watch_s": ("人均观看时长(分钟)", "人均观看时长"),
    "comments": ("评论次数",),
    "new_followers": ("新增粉丝数",),
    "product_viewers": ("直播间商品曝光人数",),
    "product_clickers": ("直播间商品点击人数", "商品点击人数"),
    "cart_people": ("商品加购人数",),
    "orders": ("直播间成交订单数", "成交笔数"),
    "buyers": ("直播间成交人数", "成交人数"),
    "pieces": ("直播间成交件数", "成交件数"),
    "sold_fen": ("直播间成交金额", "成交金额"),
    "paid_fen": ("直播间用户支付金额",),
    "refunded_orders": ("直播间退款订单数",),
    "refunded_fen": ("直播间退款金额",),
}
_PLACES = {
    "account": ("主播昵称", "达人昵称"),
    "account_id": ("主播抖音号", "抖音号or火山号"),
    "room_id": ("场次id",),
    "title": ("直播标题",),
    "started_at": ("直播开始时间", "开播时间"),
    "ended_at": ("直播结束时间",),
    "span": ("直播时间",),
}
DOUYIN_LIST = Layout(
    kind="douyin_sessions",
    platform="douyin",
    columns={**_PLACES, **FIGURES},
    known_by=(("直播开始时间",), ("直播结束时间",), ("主播昵称",)),
)
TAOBAO_LIST = Layout(
    kind="taobao_sessions",
    platform="taobao",
    columns={**_PLACES, **FIGURES},
    known_by=(("场次id",), ("开播时间",), ("直播间观看人数",)),
    not_with=("父订单",),
)
LISTS = (DOUYIN_LIST, TAOBAO_LIST)
SCREEN = "douyin_screen"
_ABOUT = "直播时间"  # stands on the workbook's sheet about the session
_OVERALL = "平均在线人数"  # stands on its sheet of figures; other sheets have some of them for each channel
_IN_DETAIL = ("流量分析", "商品分析")  # sheets of the live screen that say nothing of the session as a whole
_LONGEST_COUNT = 15
_COUNT = re.compile(r"\d+(?:\.\d+)?")
_SPAN = re.compile(r"(\d{4}\D\d{1,2}\D\d{1,2}\D+\d{1,2}:\d{2}(?::\d{2})?)\s*[-~至—]+\s*(\d{4}\D.+)")
_LENGTH = re.compile(r"(?:(\d+)小时)?(?:(\d+)分钟?)?(?:(\d+)秒)?")


class SessionSheets:
    """The live sessions in the sheets of a file, which are handed over one after the other."""

    def __init__(self, told_at: datetime | None = None) -> None:
        self._told_at = told_at
        self._lists: dict[str, SessionsExport] = {}
        self._screen: dict[str, str] = {}

    def add(self, name: str, head: Sequence[Row], rest: Iterable[Row]) -> bool:
        """A sheet by its first rows and the others, and whether it is of a kind of session file."""
        known = find_headings(head, LISTS)
        if known is not None:
            layout, top = known
            found = _read_list(layout, head[top][1], chain(head[top + 1 :], rest))
            if layout.kind in self._lists:
                before = self._lists[layout.kind]
                found = replace(found, sessions=(*before.sessions, *found.sessions), bad=(*before.bad, *found.bad))
            self._lists[layout.kind] = found
            return True
        labels = {plain(cell) for _line, row in head for cell in row}
        if plain(_ABOUT) in labels or plain(_OVERALL) in labels:
            self._screen = _pairs([*head, *rest]) | self._screen
            return True
        return name.startswith(_IN_DETAIL)

    @property
    def found(self) -> tuple[SessionsExport, ...]:
        """What they hold, each kind for itself."""
        screen = (_screen(self._screen),) if "span" in self._screen else ()
        return tuple(replace(one, told_at=self._told_at) for one in (*self._lists.values(), *screen))


def _read_list(layout: Layout, headings: Sequence[str], rows: Iterable[Row]) -> SessionsExport:
    places = layout.places(headings)
    sessions: list[LiveSession] = []
    bad: list[BadRow] = []
    for line, row in rows:
        values = {name: _first(row, columns) for name, columns in places.items()}
        try:
            sessions.append(_session(values))
        except IntegrationError as error:
            bad.append(BadRow(line, error.message, tuple((name, str(value)) for name, value in error.values.items())))
    return SessionsExport(layout.kind, layout.platform, tuple(sessions), tuple(bad))


def _screen(values: dict[str, str]) -> SessionsExport:
    match = _SPAN.fullmatch(values["span"])
    try:
        if match is None:
            raise IntegrationError(
                N_("{value} is not a time; it should be like 2026-01-31 20:05:00"), value=values["span"]
            )
        session = _session(values | {"started_at": match[1].strip(), "ended_at": match[2].strip()})
    except IntegrationError as error:
        reason = tuple((name, str(value)) for name, value in error.values.items())
        return SessionsExport(SCREEN, "douyin", (), (BadRow(1, error.message, reason),))
    return SessionsExport(SCREEN, "douyin", (session,), ())


def _pairs(table: Sequence[Row]) -> dict[str, str]:
    """Field → value on a sheet about one session: labels in the first row, or each left of its value."""
    names = {plain(label): name for name, labels in {**_PLACES, **FIGURES}.items() for label in labels}
    rows = [row for _line, row in table]
    found: dict[str, str] = {}
    for above, below in zip(rows, [*rows[1:], []], strict=True):
        across = sum(plain(cell) in names for cell in above) > 1
        for place, cell in enumerate(above):
            name = names.get(plain(cell))
            beside = below if across else above
            where = place if across else place + 1
            if name is not None and name not in found and where < len(beside):
                found[name] = cells.clean(beside[where])
    return {name: value for name, value in found.items() if value}


def _first(row: Sequence[str], columns: tuple[int, ...]) -> str:
    return next((value for place in columns if place < len(row) and (value := cells.clean(row[place]))), "")


def _session(values: Mapping[str, str]) -> LiveSession:
    started_at = cells.moment(values.get("started_at", ""))
    if started_at is None:
        raise IntegrationError(N_("there is no time at which it began"))
    ended_at = cells.moment(values.get("ended_at", ""))
    if ended_at is not None and ended_at < started_at:
        raise IntegrationError(N_("it ended before it began"))
    figures = []
    for name in FIGURES:
        if text := values.get(name, ""):
            figures.append((name, _READERS.get(name, _count)(text)))
    return LiveSession(
        account=values.get("account", "") or values.get("account_id", ""),
        room_id=cells.number(values.get("room_id", "")),
        title=values.get("title", ""),
        started_at=started_at,
        ended_at=ended_at,
        figures=tuple(figures),
    )


def _count(text: str) -> int:
    """A whole number, also as `1,234` and `1.2万`."""
    plain_text = text.replace(",", "").removesuffix("人").removesuffix("次")
    times = 10_000 if plain_text.endswith("万") else 1
    digits = plain_text.removesuffix("万")
    if not _COUNT.fullmatch(digits) or len(digits) > _LONGEST_COUNT:
        raise IntegrationError(N_("{value} is not a number"), value=text)
    return round(float(digits) * times)


def _fen(text: str) -> int:
    times = 10_000 if text.endswith("万") else 1
    return cells.money_fen(text.removesuffix("万")) * times


def _seconds(text: str) -> int:
    """A length: `1分5秒`, or minutes with decimals as the list has them."""
    match = _LENGTH.fullmatch(text)
    if match is not None and any(match.groups()):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    if not _COUNT.fullmatch(text) or len(text) > _LONGEST_COUNT:
        raise IntegrationError(N_("{value} is not a length of time"), value=text)
    return round(float(text) * 60)


_READERS: Mapping[str, Callable[[str], int]] = {
    "sold_fen": _fen,
    "paid_fen": _fen,
    "refunded_fen": _fen,
    "watch_s": _seconds,
}
