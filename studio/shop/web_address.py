"""Which links a code may hold: a code on the picture or on a label is opened without being read first."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_SCHEMED = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|(?:javascript|vbscript|data|file|blob):)", re.IGNORECASE)


@lru_cache(maxsize=20_000)  # a shop of 5,000 products is read anew after each change
def is_web_address(text: str) -> bool:
    """Whether `text` is an address that any phone's browser opens: http or https, a host, nobody's password, no spaces.

    All known shapes of the platforms are https; none has a scheme of its own.
    """
    if not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc


def may_be_coded(text: str) -> bool:
    """Whether a code may hold `text`: a web address or plain words, nothing that makes a phone do something else."""
    plain = text.strip()
    return is_web_address(plain) if _SCHEMED.match(plain) else "\0" not in plain
