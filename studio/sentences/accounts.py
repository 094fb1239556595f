"""Sellers' accounts at platforms: what can be wrong with them and with asking there."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "account.unknown": (
        N_("There is no account {name}."),
        UNTOUCHED,
        N_("Look at the list on the page “Accounts”."),
        STATION,
    ),
    "account.refused": (
        N_("{name} does not let us ask: {reason}."),
        UNTOUCHED,
        N_("Let it in again on the page “Accounts”. Until then take orders from files, and paste comments."),
        STATION,
    ),
    "account.not_let_in": (
        N_("{name} is not let in: {reason}."),
        UNTOUCHED,
        N_(
            "Look at what you filled in once more. A code from the platform's page is good once, and only for minutes:"
            " get a new one."
        ),
        STATION,
    ),
    "account.no_address": (
        N_("{name} gives no push address: {reason}."),
        UNTOUCHED,
        N_("Try again with another cover or title, or copy the address from the platform's own page."),
        STATION,
    ),
    "account.unreachable": (
        N_("{name} cannot be asked now: {reason}."),
        UNTOUCHED,
        N_("It is asked again by itself, and the orders that were missed come then."),
        STATION,
    ),
    "account.unread": (
        N_("{count} of the orders of {name} could not be read and are left out: {reason}."),
        UNTOUCHED,
        N_("Export the orders from the platform's page for sellers and import the file: so they come in all the same."),
        STATION,
    ),
    "account.clock": (
        N_("This computer's clock is {seconds} s away from the clock of {name}."),
        UNTOUCHED,
        N_("Set the clock of this computer, or let it set itself. Orders find their card by the time they were paid."),
        STATION,
    ),
    "account.keys_unreadable": (
        N_("The keys of the account {name} cannot be read: {reason}."),
        UNTOUCHED,
        N_("Unlock the key store of this computer, or fill the account in again on the page “Accounts”."),
        STATION,
    ),
    "account.keys_in_file": (
        N_("The account's keys lie in a file: this computer has no key store that works."),
        UNTOUCHED,
        N_("Only your account on this computer can read {path}. Give that folder to nobody."),
        STATION,
    ),
    "account.busy": (
        N_("Another program is changing the accounts."),
        UNTOUCHED,
        N_("Try again in a moment."),
        STATION,
    ),
}
