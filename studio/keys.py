"""This computer's key store, asked through a process of its own within a time limit.

Windows Credential Locker, macOS Keychain, the Secret Service of Linux desktops: whatever `keyring` recommends. Without
one, whoever has keys to keep puts them into a file for its owner only.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from studio.i18n import N_

LOCKED = N_("it is locked")
TOO_LATE = N_("no answer came in time")
NO_ANSWER = N_("it does not answer")
NO_STORE = N_("the key store is not there")
REASONS = {"KeyringLocked": LOCKED, "InitError": LOCKED, "stuck": TOO_LATE}  # by what `keyring` raises

log = logging.getLogger(__name__)

DEADLINE_S = 4.0  # a store that is locked asks for its password meanwhile, and the window waits


@dataclass(frozen=True, slots=True)
class Found:
    """What the store gave back: the secrets by their ids, and why others are missing."""

    secrets: dict[str, str]
    reason: str = ""


class KeyStore(Protocol):
    """Where secrets are kept under ids that mean nothing to anybody else."""

    def name(self) -> str:
        """What the store calls itself; empty where there is none."""

    def read(self, ids: Iterable[str]) -> Found:
        """The secrets that can be had."""

    def keep(self, secrets: Mapping[str, str]) -> frozenset[str]:
        """Keeps them; gives the ids of those that really were."""

    def forget(self, ids: Iterable[str]) -> None:
        """Takes them out; one that is not there is no fault."""


class Keyring:
    """The store of the person's account on this computer. No process is started for nothing."""

    def __init__(self, deadline_s: float | None = None) -> None:
        self._deadline_s = DEADLINE_S if deadline_s is None else deadline_s
        self._name: str | None = None  # not asked yet
        self._stuck = False
        self._known: dict[str, str] = {}  # what was read or kept before is not asked for again

    def name(self) -> str:
        if self._name is None:
            self._ask()
        return self._name or ""

    def read(self, ids: Iterable[str]) -> Found:
        wanted = list(ids)
        unknown = [number for number in wanted if number not in self._known]
        reason = ""
        if unknown:
            answer = self._ask(read=unknown)
            self._known |= {str(number): str(secret) for number, secret in answer["read"].items()}
            if answer["reason"]:
                reason = REASONS.get(answer["reason"], NO_ANSWER)
            elif not answer["store"]:
                reason = NO_STORE
        return Found({number: self._known[number] for number in wanted if number in self._known}, reason)

    def keep(self, secrets: Mapping[str, str]) -> frozenset[str]:
        if not secrets or self._name == "":  # asked before, and there is none
            return frozenset()
        kept = frozenset(map(str, self._ask(keep=dict(secrets))["kept"]))
        self._known |= {number: secrets[number] for number in kept}
        return kept

    def forget(self, ids: Iterable[str]) -> None:
        wanted = list(ids)
        if wanted:
            self._ask(forget=wanted)

    def _ask(self, **order: object) -> dict[str, Any]:
        """One process for one order; a store that did not answer in time is not asked again."""
        nothing: dict[str, Any] = {"store": "", "reason": "", "read": {}, "kept": []}
        if self._stuck:
            return nothing | {"reason": "stuck"}
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "studio.keyring_process"],
                input=json.dumps(order).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._deadline_s,
                check=False,
            )
            answer: dict[str, Any] = nothing | json.loads(ended.stdout)
        except subprocess.TimeoutExpired:
            log.warning("the key store did not answer within %s s", self._deadline_s)
            self._stuck = True
            return nothing | {"reason": "stuck"}
        except (OSError, ValueError):
            log.warning("the key store could not be asked")
            return nothing | {"reason": "broken"}
        self._name = str(answer["store"])
        return answer
