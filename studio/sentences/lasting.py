"""Which problems last until they are taken back or the show ends: a window that attaches later is told of them too.

The others tell of a moment.
"""

from studio.sentences.slowness import STEPS
from studio.sentences.watching import SENTENCES as WARNINGS

ADDRESS_CODES = frozenset({"keys.old", "keys.unreadable", "session.address_lost"})  # until that one is on the air
LASTING = frozenset(
    {
        "source.lost",
        "source.all_lost",
        "music.unreadable",
        "source.busy",
        "source.still",
        "source.covered",
        "audio.lost",
        "audio.busy",
        "stats.unreadable",
        "account.refused",
        "account.unreachable",
        "account.clock",
        "account.unread",
        "recording.failed",
        "recording.broken",
        "recording.waits",
        "recording.disk_low",
        "recording.film_low",
        "journal.failing",
        "codes.off",
        *ADDRESS_CODES,
        "data.unreadable",
        *STEPS,
        *WARNINGS,
    }
)
