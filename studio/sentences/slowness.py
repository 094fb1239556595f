"""What is left away while this computer does not keep up with the show."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

CLOSE_OTHERS = N_("Close other programs. It comes back by itself as soon as the computer keeps up again.")

SENTENCES: dict[str, Lines] = {
    "slow.preview": (
        N_("This computer is too slow just now ({reason}): the preview is hidden, the show goes on."),
        UNTOUCHED,
        CLOSE_OTHERS,
        STATION,
    ),
    "slow.motion": (
        N_("This computer is too slow just now ({reason}): cards and running text stand still."),
        N_("Viewers see cards come without sliding, and the running text move on in steps."),
        CLOSE_OTHERS,
        STATION,
    ),
    "slow.care": (
        N_("This computer is too slow just now ({reason}): the picture is compressed with less care."),
        N_("Viewers see a slightly coarser picture, which moves as before."),
        CLOSE_OTHERS,
        STATION,
    ),
    "slow.rate": (
        N_("This computer is too slow just now ({reason}): half as many pictures a second are sent."),
        N_("Viewers see movement a little less smooth, but even, and hear everything."),
        CLOSE_OTHERS,
        STATION,
    ),
}

STEPS = tuple(SENTENCES)  # the dearest to the viewers last
