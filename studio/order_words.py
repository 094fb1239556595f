"""How orders are spoken of, on the command line and in the window: platforms, kinds of files, states, what is asked."""

from studio.i18n import N_, _, ngettext
from studio.store.rows import OrderStatus, Promised, Way

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


def platform_words(platform: str) -> str:
    """A platform's name in the reader's language; one that a person named keeps that name."""
    known = PLATFORM_WORDS.get(platform)
    return _(known) if known else platform


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
