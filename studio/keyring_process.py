"""The process that speaks to this computer's key store: one order as JSON on stdin, one answer on stdout.

The stores' libraries may block on a question to the person, print, or bring threads and D-Bus along. Here they can be
killed, are not heard, and load into nobody's window or engine. Started by `studio.keys` for each order.
"""

import json
import os
import sys
from typing import Any

SERVICE = "nongbo"
GOOD_ENOUGH = 1  # the priority from which `keyring` itself recommends a store; plain files lie below


def main() -> None:
    """Obeys the order on stdin: `read` and `forget` are lists of ids, `keep` maps ids to secrets."""
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a store prints must not stand in the answer
    order = json.load(sys.stdin)
    with answer_to:
        json.dump(_obey(order), answer_to)


def _obey(order: dict[str, Any]) -> dict[str, Any]:
    store, reason = _store()
    answer: dict[str, Any] = {"store": "", "reason": reason, "read": {}, "kept": []}
    if store is None:
        return answer
    answer["store"] = str(store.name)
    for number in order.get("read", ()):
        try:
            secret = store.get_password(SERVICE, number)
        except Exception as error:  # the stores raise what they like
            answer["reason"] = type(error).__name__  # its text may quote what it was given
            continue
        if secret is not None:
            answer["read"][number] = secret
    for number, secret in order.get("keep", {}).items():
        try:
            store.set_password(SERVICE, number, secret)
            if store.get_password(SERVICE, number) == secret:
                answer["kept"].append(number)
        except Exception as error:
            answer["reason"] = type(error).__name__
    for number in order.get("forget", ()):
        try:
            store.delete_password(SERVICE, number)
        except Exception as error:
            answer["reason"] = type(error).__name__
    return answer


def _store() -> tuple[Any, str]:
    """The best key store of this computer, or None and why there is none."""
    try:
        import keyring  # noqa: PLC0415 - it looks for stores while it is imported, and may fail at it

        store = keyring.get_keyring()
        good = float(store.priority) >= GOOD_ENOUGH
    except Exception as error:
        return None, type(error).__name__
    return (store, "") if good else (None, "")


if __name__ == "__main__":
    main()
