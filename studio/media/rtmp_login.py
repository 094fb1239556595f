"""A name and a password for an RTMP server that asks for them, in Adobe's manner, as Wowza and others do.

The server refuses `connect`, and says in its description what it wants: first the name, then an answer to its
challenge. Each is given behind the application's name in the next call. Adobe has not published it; these are the steps
encoders take (`PublisherAuth` of librtmp, `do_adobe_auth` of FFmpeg). The password itself never travels.
"""

import base64
import hashlib
import os
import re
from urllib.parse import parse_qsl

ASKS = "authmod=adobe"
WRONG = re.compile(r"\?reason=(authfailed|nosuchuser)")
CHALLENGE = re.compile(r"\?(reason=needauth\S*)")


def answer_to(words: str, name: str, password: str) -> str | None:
    """What to put behind the application's name in the next call; None where that would not help."""
    if ASKS not in words or not name or WRONG.search(words):
        return None
    asked = CHALLENGE.search(words)
    if asked is None:
        return f"?authmod=adobe&user={name}"
    given = dict(parse_qsl(asked.group(1).replace("+", "%2B")))  # it is no form: a plus is a plus
    own = os.urandom(4).hex()
    secret = _digest(name + given.get("salt", "") + password)
    response = _digest(secret + (given.get("opaque") or given.get("challenge", "")) + own)
    opaque = f"&opaque={given['opaque']}" if given.get("opaque") else ""
    return f"?authmod=adobe&user={name}&challenge={own}&response={response}{opaque}"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()
