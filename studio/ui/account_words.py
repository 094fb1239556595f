"""What the window says of a seller's account: what it brings, when it was asked, when it is asked again."""

from datetime import datetime, timedelta

from studio.i18n import N_, _, ngettext
from studio.letting_in import KeptAccount
from studio.sold import AccountAsked

ORDERS, ROOMS = N_("brings your orders"), N_("brings figures of your live rooms")
GIVES_WORDS = {
    "kuaishou": N_("brings your orders and the number of viewers"),
    "douyin": ORDERS,
    "taobao": ORDERS,
    "pinduoduo": ORDERS,
    "jd": ORDERS,
    "kuaishou_live": N_("gives push addresses; for companies only"),
    "qianchuan": ROOMS,
    "douyin_rooms": ROOMS,
    "channels": ROOMS,
    "bilibili": N_("counts what comments ask for, while you are on air"),
}
WITH_ORDERS = frozenset({"kuaishou", "douyin", "taobao", "pinduoduo", "jd"})
PUSH = "kuaishou_live"
WITH_COMMENTS = frozenset({"bilibili"})
BEHIND = timedelta(minutes=2)


def gives_words(platform: str) -> str:
    """What an account there is good for."""
    return _(GIVES_WORDS[platform])


def state_words(account: KeptAccount, asked: AccountAsked | None, running: bool) -> str:
    """How it stands with an account that has no fault: when it was asked, and when it is asked again."""
    if not account.let_in:
        return _("Not let in yet.")
    if account.platform == PUSH:
        return _("It is asked where you add Kuaishou as a destination.")
    if account.platform in WITH_COMMENTS:
        return _comments_state(asked)
    if account.platform not in WITH_ORDERS:
        return _("It is let in.")
    if asked is None:
        return _("Not asked yet.")
    words = [_("Asked at {time}: {found}.").format(time=moment(asked.at), found=found_words(asked))]
    if asked.problem is not None and asked.problem.code != "account.unread":
        words = [_("Asked at {time}, without an answer.").format(time=moment(asked.at))]
    elif asked.known_until is None and not running:
        words = [_("There was no show in the last 15 days, so there is nothing to fetch.")]
    elif asked.known_until is not None and asked.at - asked.known_until > BEHIND:
        words.append(_("Orders are complete up to {time}.").format(time=moment(asked.known_until)))
    words.append(_("Next time at {time}.").format(time=moment(asked.next_at)))
    return " ".join(words)


def _comments_state(asked: AccountAsked | None) -> str:
    if asked is None or asked.problem is None:
        return _("It is listened to while you are on air.")
    words = _("Asked at {time}, without an answer.").format(time=moment(asked.at))
    return words + " " + _("Next time at {time}.").format(time=moment(asked.next_at))


def kept_words(platform: str) -> str:
    """What happens with an account from now on."""
    if platform == PUSH:
        return _("It is asked where you add Kuaishou as a destination.")
    if platform in WITH_COMMENTS:
        return _("In your next show what its comments ask for is counted by itself; they need not be pasted.")
    return _("From now on its orders come by themselves.") if platform in WITH_ORDERS else ""


def found_words(asked: AccountAsked) -> str:
    """What a question brought."""
    if not asked.changed:
        return _("nothing new")
    return ngettext("{count} order line new or changed", "{count} order lines new or changed", asked.changed).format(
        count=asked.changed
    )


def moment(at: datetime, now: datetime | None = None) -> str:
    """A time on this computer's clock; with its day where that is not today."""
    local = at.astimezone()
    today = (now or datetime.now().astimezone()).date()
    return local.strftime("%H:%M" if local.date() == today else "%m-%d %H:%M")
