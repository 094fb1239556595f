"""How orders are spoken of, on the command line and in the window: platforms, kinds of files, states, what is asked."""

from collections import Counter
from collections.abc import Mapping, Sequence

from integrations.exports.base import UnreadSheet
from studio.comments import SKU, TOPIC_WORDS
from studio.i18n import N_, _, ngettext
from studio.store.order_rows import SOLD, LeftOut, OrderRow, OrderStatus, Promised, Sales, Way
from studio.store.rows import PlatformSessionRow
from studio.store.sales import counted, typed_beside

STATUS_WORDS = {
    OrderStatus.UNPAID: N_("not paid"),
    OrderStatus.PAID: N_("paid"),
    OrderStatus.SHIPPED: N_("sent"),
    OrderStatus.FINISHED: N_("finished"),
    OrderStatus.REFUNDED: N_("given back"),
    OrderStatus.CANCELLED: N_("cancelled"),
}
PLATFORM_WORDS = {
    "taobao": N_("Taobao"),
    "douyin": N_("Douyin Shop"),
    "kuaishou": N_("Kuaishou Shop"),
    "pinduoduo": N_("Pinduoduo"),
    "jd": N_("JD"),
    "csv": N_("Own table"),
    Way.TYPED: N_("typed in"),
}
WAY_WORDS = {
    Way.TYPED: N_("typed during the show"),
    Way.NAMED: N_("somebody said so"),
    Way.ROOM: N_("the platform names the live room"),
    Way.LIVE_AND_TIME: N_("the platform says live, the time says which"),
    Way.TIME: N_("by the time only"),
}
KIND_WORDS = {
    "taobao_orders": N_("Taobao orders"),
    "taobao_lines": N_("Taobao order lines"),
    "taobao_lines_old": N_("Taobao order lines"),
    "taobao_live_orders": N_("Taobao live orders"),
    "douyin_lines": N_("Douyin Shop orders"),
    "kuaishou_orders": N_("Kuaishou Shop orders"),
    "pinduoduo_orders": N_("Pinduoduo orders"),
    "jd_lines": N_("JD orders"),
    "nongbo": N_("Own table"),
    "douyin_sessions": N_("Douyin Compass, list of live rooms"),
    "douyin_screen": N_("Douyin live screen, one session"),
    "taobao_sessions": N_("Taobao Business Advisor, sessions"),
    "qianchuan": N_("Qianchuan, live rooms"),
    "douyin_rooms": N_("Douyin, live rooms"),
    "channels": N_("WeChat Channels, live rooms"),
}
FIGURE_WORDS = {
    "room_views": N_("Visits to the room"),
    "room_viewers": N_("People in the room"),
    "peak_viewers": N_("Most viewers at once"),
    "mean_viewers": N_("Viewers on average"),
    "watch_s": N_("Time watched by each"),
    "comments": N_("Comments"),
    "likes": N_("Likes"),
    "shares": N_("Times shared"),
    "new_followers": N_("New followers"),
    "product_viewers": N_("People who saw a product"),
    "product_clickers": N_("People who opened a product"),
    "product_clicks": N_("Times a product was opened"),
    "cart_people": N_("People who put one in the cart"),
    "placed_orders": N_("Orders placed, paid or not"),
    "orders": N_("Paid orders"),
    "buyers": N_("Buyers"),
    "pieces": N_("Pieces"),
    "sold_fen": N_("Sold for"),
    "paid_fen": N_("Paid"),
    "refunded_orders": N_("Orders given back"),
    "refunded_fen": N_("Given back"),
}


def figure_text(name: str, value: int) -> str:
    """A platform's figure as people write it."""
    if name.endswith("_fen"):
        return f"¥{value // 100:,}" if value % 100 == 0 else f"¥{value / 100:,.2f}"
    if name.endswith("_s"):
        return _("{minutes} min {seconds:02d} s").format(minutes=value // 60, seconds=value % 60)
    return f"{value:,}"


def topic_words(topic: str, names: Mapping[str, str]) -> str:
    """What comments speak of; `names` are the products' by their codes."""
    if topic.startswith(SKU):
        sku = topic.removeprefix(SKU)
        return names.get(sku) or sku
    return _(TOPIC_WORDS[topic]) if topic in TOPIC_WORDS else topic


def kind_words(kind: str) -> str:
    """What kind of file it is; one that a person named keeps that name."""
    known = KIND_WORDS.get(kind)
    return _(known) if known else kind


def source_words(source: str) -> str:
    """How the viewers were counted."""
    return _("typed in") if source == Way.TYPED else _("counted by {server}").format(server=counter_words(source))


def counter_words(source: str) -> str:
    """Who counted the viewers: a server, or a platform and the account there."""
    platform, _colon, account = source.partition(":")
    return " ".join(filter(None, (platform_words(platform), account)))


def as_of_words(one: PlatformSessionRow) -> str:
    """As of when a platform says what it says; empty where nobody knows."""
    if one.told_at is None:
        return ""
    return _("as of {time}").format(time=f"{one.told_at.astimezone():%m-%d %H:%M}")


def platform_words(platform: str) -> str:
    """A platform's name in the reader's language; one that a person named keeps that name."""
    known = PLATFORM_WORDS.get(platform)
    return _(known) if known else platform


def sales_notes(sales: Sequence[Sales]) -> list[str]:
    """What stands below the sums of a session: of what they are made, what is not in them, how many people bought."""
    sums = counted(sales)
    notes = [_("Added up: {sales}").format(sales=" + ".join(map(_sales_words, sums)))] if len(sums) > 1 else []
    for beside in typed_beside(sales):
        if beside.left_out is LeftOut.TOLD:
            why = _("Not added, because they are most likely among the platform's orders: {sales}")
        else:
            why = _("Not added until you say which products the platform's orders are of: {sales}")
        notes.append(why.format(sales=_sales_words(beside)))
    named = sum(one.named_orders for one in sums)
    if named:
        buyers = sum(one.buyers for one in sums)
        told = ngettext(
            "{count} buyer in the {named} of {orders} orders that say who bought.",
            "{count} buyers in the {named} of {orders} orders that say who bought.",
            buyers,
        )
        notes.append(told.format(count=buyers, named=named, orders=sum(one.orders for one in sums)))
    return notes


def _sales_words(sales: Sales) -> str:
    told = ngettext("{source} {count} order {money}", "{source} {count} orders {money}", sales.orders)
    money = figure_text("paid_fen", sales.paid_fen)
    return told.format(source=platform_words(sales.source), count=f"{sales.orders:,}", money=money)


def unread_words(sheet: UnreadSheet) -> str:
    """That a sheet of a workbook was left out, and what to do where there are orders in it."""
    told = ngettext(
        "The sheet {sheet} was not read: {count} row under headings nobody knows. If it holds orders, save it as a"
        " file of its own and import that.",
        "The sheet {sheet} was not read: {count} rows under headings nobody knows. If it holds orders, save it as a"
        " file of its own and import that.",
        sheet.rows,
    )
    return told.format(sheet=sheet.name, count=f"{sheet.rows:,}")


def anchor_words(anchor: str, lines: int) -> str:
    """That somebody sold for a commission, who may be one of us."""
    return ngettext(
        "{count} order was sold in the live rooms of {anchor}, for a commission. It counts for none of your sessions.",
        "{count} orders were sold in the live rooms of {anchor}, for a commission."
        " They count for none of your sessions.",
        lines,
    ).format(count=lines, anchor=anchor)


def own_anchor_words(platform: str, anchor: str) -> str:
    """How to say on the command line that it is one of us."""
    told = _("If {anchor} is you, say so with: nongbo orders own {platform} {anchor}")
    return told.format(platform=platform, anchor=anchor)


def after_sales_words(order: OrderRow) -> str:
    """What became of an order after it was sold: how far, why, when and how much went back, as far as anybody says."""
    back = ""
    if order.refunded_fen and order.status != OrderStatus.REFUNDED:
        back = _("{money} given back").format(money=figure_text("refunded_fen", order.refunded_fen))
    at = f"{order.refunded_at.astimezone():%m-%d %H:%M}" if order.refunded_at else ""
    return " · ".join(filter(None, (order.refund_status, order.refund_reason, back, at)))


def way_words(way: str | None) -> str:
    """How an order came to its session; a dash where it came to none."""
    return "-" if way is None else _(WAY_WORDS[Way(way)])


def ways_note(orders: Sequence[OrderRow]) -> str:
    """How the sold orders of a session came to it, the most frequent way first; nothing where none was sold."""
    ways = {(one.platform, one.order_id): one.attributed_by for one in orders if one.status in SOLD}
    if not ways:
        return ""
    counts = Counter(ways.values()).most_common()
    told = ", ".join(f"{way_words(way)} {count}" for way, count in counts)
    return _("How the orders came here: {ways}").format(ways=told)


def promised_words(one: Promised) -> str:
    """That a day's orders are to be exported once more."""
    told = ngettext(
        "{platform}, {day}: whether the live room sold {count} order is known now. Export that day's orders again and"
        " import them.",
        "{platform}, {day}: whether the live room sold {count} orders is known now. Export that day's orders again and"
        " import them.",
        one.lines,
    )
    return told.format(platform=platform_words(one.platform), day=one.day.isoformat(), count=one.lines)
