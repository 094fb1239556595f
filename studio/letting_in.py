"""What the window asks about sellers' accounts, and what it is told: dataclasses that cross to `accounts_process`.

The libraries that ask platforms load into that process and into nobody's window, and the window never waits for it.
Each question has a number of its own, and one answer that names it. What is secret goes there and does not come back;
of the push address that a platform gives the destination is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from studio.config import Secret
from studio.errors import Problem

MASK = "•••"  # in the place of a secret that is kept
NOTHING = Secret("")


@dataclass(frozen=True, slots=True)
class Draft:
    """An account as it is filled in; a secret that is left empty stays as it was kept."""

    name: str
    platform: str
    settings: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListAccounts:
    """Answered by `AccountsListed`."""

    number: int


@dataclass(frozen=True, slots=True)
class FindPage:
    """Where does the seller let us in? Asks nobody; answered by `PageFound` or, where something lacks, `Refused`."""

    number: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class LetIn:
    """Take what the seller's page gave, or a token, try it and keep the account; answered by `AccountKept`.

    With neither, what is kept already is tried. Where the platform gives nothing for it, nothing is kept: `Refused`.
    """

    number: int
    draft: Draft
    code: Secret = NOTHING
    token: Secret = NOTHING


@dataclass(frozen=True, slots=True)
class TestAccount:
    """Ask the platform for next to nothing; answered by `AccountAnswers`."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class RemoveAccount:
    """Forget an account and its keys; answered by `AccountsListed`."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class AskPushAddress:
    """An address for one show; `cover` is a JPEG. Answered by `PushAddressGiven`."""

    number: int
    name: str
    cover: bytes = field(repr=False)
    caption: str
    sells: bool


Question = ListAccounts | FindPage | LetIn | TestAccount | RemoveAccount | AskPushAddress


@dataclass(frozen=True, slots=True)
class AskedSetting:
    """One setting of a platform's accounts, in the source language, and where a seller finds it."""

    name: str
    label: str
    help: str
    secret: bool
    needed: bool
    usual: str = ""


@dataclass(frozen=True, slots=True)
class OfferedPlatform:
    """A platform that can be asked, and what an account there needs."""

    platform: str
    title: str
    settings: tuple[AskedSetting, ...]


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account; its secrets are masked, or empty where there are none. `problem`: its keys cannot be read."""

    name: str
    platform: str
    settings: Mapping[str, str]
    let_in: bool
    ends_at: datetime | None = None  # of what is not renewed by itself
    owner: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class AccountsListed:
    """All accounts, and where one could be had."""

    to: int
    accounts: tuple[KeptAccount, ...]
    platforms: tuple[OfferedPlatform, ...]


@dataclass(frozen=True, slots=True)
class PageFound:
    """The page on which the seller lets us in, empty where there is none; `by_itself`: keys alone will do."""

    to: int
    page: str
    by_itself: bool


@dataclass(frozen=True, slots=True)
class AccountKept:
    """The account is kept. `owner`: whose it is, where the platform says so; `problems`: what is wrong all the same."""

    to: int
    name: str
    owner: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountAnswers:
    """The platform answers."""

    to: int
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class PushAddressGiven:
    """Where one show is sent."""

    to: int
    url: Secret


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that could not be answered; `lacking` are the settings that must not be empty."""

    to: int
    problem: Problem
    lacking: tuple[str, ...] = ()


Answer = AccountsListed | PageFound | AccountKept | AccountAnswers | PushAddressGiven | Refused
