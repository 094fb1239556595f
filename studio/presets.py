"""What each selling platform asks of a stream and grants to it: where its address is found, how long a key lives.

A table, so that the rules of a platform are facts in one place and not conditions in many. Texts are source
strings; `_()` them where they are shown. Where a fact could not be confirmed by the platform's own words,
`doubt` says so, and it is shown wherever the fact is.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from studio.i18n import N_


@dataclass(frozen=True, slots=True)
class Asked:
    """The picture a platform asks for: the short side in pixels, frames a second, and kb/s from low to high."""

    short_side: int
    fps: int
    low_kbps: int
    high_kbps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One platform. None means that nothing is known, never that there is no limit."""

    platform: str  # what is stored
    name: str
    steps: tuple[str, ...]  # where the address is found, at most four
    key_life: str
    key_lifetime_s: int | None = None
    single_use: bool | None = None  # whether an address is good for one broadcast only
    asked: Asked | None = None
    closes_after_s: float | None = None  # without a stream, the earliest moment the platform closes the room
    codes: bool  # whether a QR code may be in the picture, as far as is known
    codes_why: str
    hosts: tuple[str, ...] = ()  # the ends of its servers' names
    server: str = ""  # what its server box usually holds
    companion: str = ""  # its own program, which a virtual camera can feed
    doubt: str = ""
    needs: str = ""  # the question whether an account is large enough for an address
    gives_addresses: bool = True  # whether an ordinary account may hope for one


NOT_CONFIRMED = N_("Not confirmed by the platform itself: these facts come from other people's guides.")
NOTHING_FOUND = N_("Not confirmed: nothing about push addresses of this platform could be found.")
LEADS_AWAY = N_("A code in the picture counts as leading buyers off the platform, and may be punished.")
NO_TRACE = N_("A code does not tell where an order came from: platforms report that for no link of ordinary sellers.")
NO_RULE_FOUND = N_("No rule about codes could be found, so they stay off until the platform says yes.")
ONE_BROADCAST = N_("The key is good for one broadcast. Get a new one every time.")
LIFE_UNKNOWN = N_("How long the key lives is not known. Get a new one if it is refused.")
COPY_BOTH = N_("Copy the server and the key into the two boxes.")
NO_ADDRESS = N_("If your account gets no address, use the virtual camera instead.")

TAOBAO = Preset(
    platform="taobao",
    name=N_("Taobao Live"),
    steps=(
        N_("On a computer, open the Taobao Live console (直播中控台) and log in."),
        N_("Press Start (开始直播), then Pause (暂停直播): the push address (推流地址) appears."),
        N_("Copy the server and the key into the two boxes, and start here first."),
        N_("Then press Go live (正式开播) in the console. Afterwards, end it in the console first."),
    ),
    key_life=N_("The key lives 30 minutes. Get it just before you start."),
    key_lifetime_s=30 * 60,
    asked=Asked(1080, 30, 2000, 2500),
    codes=False,
    codes_why=LEADS_AWAY,
    hosts=("alivecdn.com",),
    server="rtmp://….alivecdn.com/live/",
    companion=N_("Taobao Live's own program"),
    needs=N_("Has the account 1000 fans, or 5 good videos, and is the deposit of 5000 yuan paid?"),
    doubt=NOT_CONFIRMED,
)
DOUYIN = Preset(
    platform="douyin",
    name=N_("Douyin"),
    steps=(
        N_("Most accounts get no address: then use the virtual camera with Douyin's own program (直播伴侣)."),
        N_("If Douyin has given your account an address, copy the server and the key into the two boxes."),
        N_("Never use tools that catch the key from Douyin's own program: accounts are banned for that."),
    ),
    key_life=ONE_BROADCAST,
    single_use=True,
    asked=Asked(720, 30, 1500, 4000),
    codes=False,
    codes_why=LEADS_AWAY,
    hosts=("douyincdn.com",),
    server="rtmp://push-rtmp-….douyincdn.com/third/",
    companion=N_("Douyin's 直播伴侣"),
    gives_addresses=False,
    doubt=NOT_CONFIRMED,
)
KUAISHOU = Preset(
    platform="kuaishou",
    name=N_("Kuaishou"),
    steps=(
        N_("On a computer, open studio.kuaishou.com/live/list and log in."),
        N_("Make a broadcast: the page shows a server and a key."),
        COPY_BOTH,
    ),
    key_life=N_("The key lives 2 days and is good for one broadcast."),
    key_lifetime_s=2 * 24 * 3600,
    single_use=True,
    asked=Asked(720, 30, 3000, 4500),
    closes_after_s=60.0,  # "1-2 minutes" in its developers' documents: the safe figure
    codes=False,
    codes_why=LEADS_AWAY,
    hosts=("yximgs.com",),
    server="rtmp://open-push.voip.yximgs.com/gifshow/",
    companion=N_("Kuaishou's 直播伴侣"),
    doubt=N_("The size and rate are not confirmed by Kuaishou itself; the life of the key and of the room are."),
)
PINDUODUO = Preset(
    platform="pinduoduo",
    name=N_("Pinduoduo"),
    steps=(
        N_("Ask Pinduoduo's service desk whether your shop gets a push address (推流地址)."),
        N_("If it does, copy the server and the key into the two boxes."),
        NO_ADDRESS,
    ),
    key_life=LIFE_UNKNOWN,
    codes=False,
    codes_why=NO_RULE_FOUND,
    companion=N_("Pinduoduo's own program"),
    doubt=NOTHING_FOUND,
)
JD = Preset(
    platform="jd",
    name=N_("JD Live"),
    steps=(
        N_("Ask JD's service desk whether your shop gets a push address (推流地址)."),
        N_("If it does, copy the server and the key into the two boxes."),
        NO_ADDRESS,
    ),
    key_life=LIFE_UNKNOWN,
    codes=False,
    codes_why=NO_RULE_FOUND,
    companion=N_("JD's own program"),
    doubt=NOTHING_FOUND,
)
BILIBILI = Preset(
    platform="bilibili",
    name=N_("bilibili"),
    steps=(
        N_("On a computer, open link.bilibili.com and log in; choose Start a broadcast (开播设置)."),
        N_("Start the broadcast there: the page shows a server and a key."),
        N_("Copy both into the two boxes; the key begins with a question mark."),
        N_("Small accounts may only use bilibili's own program (直播姬): then use the virtual camera."),
    ),
    key_life=LIFE_UNKNOWN,
    codes=False,
    codes_why=LEADS_AWAY,
    hosts=("bilivideo.com",),
    server="rtmp://live-push.bilivideo.com/live-bvc/",
    companion=N_("bilibili's 直播姬"),
    needs=N_("Has the account 100 fans?"),
    doubt=N_("The names on the page are not confirmed; they change from time to time."),
)
WECHAT_CHANNELS = Preset(
    platform="wechat_channels",
    name=N_("WeChat Channels"),
    steps=(
        N_("On a computer, open the Channels assistant (视频号助手) and log in."),
        N_("Make a broadcast with a push address (推流): it shows a server and a key."),
        COPY_BOTH,
    ),
    key_life=ONE_BROADCAST,
    single_use=True,
    asked=Asked(1080, 30, 2000, 3000),
    codes=False,
    codes_why=NO_RULE_FOUND,
    hosts=("livepush.myqcloud.com",),
    server="rtmp://….livepush.myqcloud.com/…/",
    companion=N_("WeChat on this computer"),
    needs=N_("Has the account 1000 fans?"),
    doubt=NOT_CONFIRMED,
)
CUSTOM = Preset(
    platform="custom",
    name=N_("Another platform or server"),
    steps=(
        N_("Find the push address (推流地址) on the platform's page for broadcasts."),
        COPY_BOTH,
        N_("If there is only one long address, paste it into the first box."),
    ),
    key_life=LIFE_UNKNOWN,
    codes=True,
    codes_why=N_("Ask the platform before you show codes: many of them punish codes that lead elsewhere."),
)

PLATFORMS: tuple[Preset, ...] = (TAOBAO, DOUYIN, KUAISHOU, PINDUODUO, JD, BILIBILI, WECHAT_CHANNELS, CUSTOM)
NO_CODES_HOSTS = ("xhscdn.com",)  # 小红书
_BY_PLATFORM = {preset.platform: preset for preset in PLATFORMS}


def preset_of(platform: str) -> Preset:
    """The preset that is stored as `platform`; of one nobody knows (any more) nothing is assumed."""
    return _BY_PLATFORM.get(platform, CUSTOM)


def punishes_codes(address: str) -> bool:
    """Whether its host is one of a platform that has no preset, and where codes count as leading buyers away."""
    return _is_of(address, NO_CODES_HOSTS)


def recognised(address: str) -> Preset | None:
    """The platform an address or a server belongs to, by the name of its host; None where no platform has it."""
    return next((preset for preset in PLATFORMS if _is_of(address, preset.hosts)), None)


def _is_of(address: str, ends: tuple[str, ...]) -> bool:
    try:
        host = (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return False
    return any(host == end or host.endswith(f".{end}") for end in ends)
