"""Push addresses as platforms hand them out: a server and a key, joined to one address and taken apart again.

Keys hold `?`, `&`, `=` and `/`, and some begin with `?`; nothing of what is pasted is encoded or decoded.
"""

import re
from urllib.parse import unquote, urlsplit

from studio.errors import fault
from studio.i18n import N_, _

VIRTUAL_CAMERA = "virtualcam"  # `virtualcam` or `virtualcam:NAME` stands where an address does
LONGEST_NAME = 40
MOST_WORDS = 200  # letters of what a server says
KEY_FROM = 8  # a last part of so many letters is a key and not the name of an application
VALUE_FROM = 4  # a value of a query with so many letters is no number of a version
MASK = "•••"
STATS_PATHS = {1985: "/api/v1/streams", 9997: "/v3/paths/list"}  # by the usual port: SRS, MediaMTX
PUSHED_THERE = N_("that is where the show is sent; asked for is the page with the numbers, as http://192.168.1.5/stat")
NO_STATS = N_("it has to look like http://192.168.1.5/stat")
HOST = re.compile(r"localhost|\d+(?:\.\d+){3}|(?:[a-z0-9-]+\.)+[a-z]{2,}")
BARE = re.compile(r"(?:[^/@]*@)?\d+(?:\.\d+){3}(?::\d+)?(?:[/?].*)?")  # as a phone shows it that plays the camera


def join_address(server: str, key: str) -> str:
    """The whole push address.

    A slash goes between them only where the server does not end in one and the key is not a query. Where a whole
    address stands in the key's place, it is taken as it is.
    """
    server, key = server.strip(), key.strip()
    if re.match("[a-z]+://", key, re.IGNORECASE):
        return key
    if not key or server.endswith("/") or key.startswith("?"):
        return server + key
    return f"{server}/{key}"


def split_address(address: str) -> tuple[str, str]:
    """Server and key of a whole address, so that `join_address` gives the same address again."""
    path, mark, query = address.partition("?")
    scheme, slashes, rest = path.partition("://")
    host, _slash, parts = rest.partition("/")
    app, slash, stream = parts.partition("/")
    if slash and stream:
        return f"{scheme}{slashes}{host}/{app}", f"{stream}{mark}{query}"
    return path, f"{mark}{query}"


def app_and_stream(address: str) -> tuple[str, str]:
    """What RTMP calls the application, and the stream with its query: the key.

    The application is the first part of the path, with the second where a third follows, as FFmpeg has it.
    """
    parts = urlsplit(address, allow_fragments=False)  # a key may hold a #
    steps = parts.path.lstrip("/").split("/", 2)
    query = f"?{parts.query}" if parts.query else ""
    if len(steps) == 3:
        return "/".join(steps[:2]), steps[2] + query
    return steps[0], "".join(steps[1:]) + query


def holds_key(server: str) -> bool:
    """Whether what stands in the server's box has a key in it: a query, or a long part after the application."""
    _server, key = split_address(server.strip())
    return bool(key) and (key.startswith("?") or "?" in key or len(key.rpartition("/")[2]) >= KEY_FROM)


def is_name(text: str) -> bool:
    """Whether `text` may be a destination's name, which is shown everywhere, and is no address or key pasted there."""
    return 0 < len(text) <= LONGEST_NAME and not re.search(r"://|[?&=]", text)


def may_be_key(word: str) -> bool:
    """Whether what was typed in a wrong place looks like a key, or holds one, so that nobody is to be shown it."""
    if "://" in word:
        return True
    plain_word = word.isalpha() and len(word) < 2 * KEY_FROM
    return len(word) >= KEY_FROM and word.isascii() and not plain_word


def shown_name(text: str) -> str:
    """What may be shown of a name that is none of ours: a key may have been typed in its place, or behind it."""
    return text if is_name(text) and not any(map(may_be_key, text.split())) else MASK


def tidy_address(text: str) -> str:
    """An address as servers know it: its scheme in small letters, and no blanks or line ends of where it was copied."""
    text = re.sub(r"[\r\n\t]", "", text).strip()
    scheme, slashes, rest = text.partition("://")
    return scheme.lower() + slashes + rest if slashes else text


def camera_address(text: str) -> str:
    """The address of a network camera as FFmpeg takes it: tidy, and of the web where only numbers were typed."""
    address = tidy_address(text)
    return f"http://{address}" if BARE.fullmatch(address) else address


def mask_mistyped(text: str) -> str:
    """What may be shown of a text that is no address: it may be a key in the wrong box, so at most a host's name."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return MASK
    if not parts.scheme or not HOST.fullmatch(host):
        return MASK
    return f"{parts.scheme}://{host}/{MASK}"


def secrets_of(url: str) -> list[str]:
    """The parts of a push address that must not be shown, longest first; a server may say any of them alone."""
    parts = urlsplit(url, allow_fragments=False)
    key = parts.path.rsplit("/", 1)[-1]
    found = {url, key, parts.query, f"{key}?{parts.query}" if parts.query else "", parts.password or ""}
    values = (pair.partition("=")[2] for pair in parts.query.split("&"))
    found.update(value for value in values if len(value) >= VALUE_FROM)
    found.update(unquote(text) for text in list(found))
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


def without_secrets(words: str, url: str) -> str:
    """What somebody says who was told the address, without any secret part of it, and no more than is read."""
    for secret in secrets_of(url):
        words = words.replace(secret, MASK)
    key = split_address(url)[1]
    for whole in (key, unquote(key)):
        words = _without_pieces(words, whole)
    return words[:MOST_WORDS]


def _without_pieces(words: str, key: str) -> str:
    """`words` without what they have of the key, however it was cut: so many letters that follow each other in it."""
    said, at = "", 0
    while at < len(words):
        same = 0
        while at + same < len(words) and words[at : at + same + 1] in key:
            same += 1
        said += MASK if same >= KEY_FROM else words[at]
        at += same if same >= KEY_FROM else 1
    return said


def virtual_camera_of(address: str) -> str | None:
    """The device that `virtualcam[:NAME]` names, empty for the first one; None where it is another kind of address."""
    kind, _colon, device = address.partition(":")
    return device.strip() if kind == VIRTUAL_CAMERA else None


def stats_address(text: str) -> str:
    """The address of a server's statistics as it was typed, with the usual path where none is; empty stays empty.

    Raises `value.bad`.
    """
    text = text.strip()
    if not text:
        return ""
    reason = ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port, reason = urlsplit(""), None, None, NO_STATS
    if parts.scheme in ("rtmp", "rtmps", "srt"):
        reason = PUSHED_THERE
    elif parts.scheme not in ("http", "https") or not host:
        reason = NO_STATS
    if reason:
        raise fault("value.bad", field=_("Statistics of your own server"), value=mask_mistyped(text), reason=_(reason))
    if parts.path in ("", "/"):
        parts = parts._replace(path=STATS_PATHS.get(port or 0, "/stat"))
    return parts.geturl()
