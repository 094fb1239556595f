"""What is left away while this computer, or the network, does not keep up with the show."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

COME_CLOSER = N_(
    "Go closer to the router, or use a cable or another hotspot. It gets better by itself with the network."
)
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
    "slow.least": (
        N_("This computer is much too slow just now ({reason}): a quarter of the pictures a second is sent."),
        N_("Viewers see jerky movement, but even, and hear everything."),
        CLOSE_OTHERS,
        STATION,
    ),
    "slow.coarse": (
        N_("This computer is too slow just now to send {name} the whole picture: it is coarser. The sound stays."),
        N_("Viewers see a coarser picture, perhaps with fewer movements, and hear everything."),
        CLOSE_OTHERS,
        STATION,
    ),
    "slow.pausing": (
        N_("This computer is too slow just now to send {name} all pictures: some are left out. Your voice goes on."),
        N_("Viewers on {name} see a picture that stands still now and then, and hear everything."),
        CLOSE_OTHERS,
        STATION,
    ),
}

# What is wrong with the network is told apart from what is wrong with the computer: the one is not the other's cure.
NETWORK: dict[str, Lines] = {
    "network.slow": (
        N_("The network to {name} is slow just now: the picture is less sharp. The sound stays as it is."),
        N_("Viewers see a coarser picture without a stop, and hear everything."),
        COME_CLOSER,
        STATION,
    ),
    "network.slower": (
        N_("The network to {name} is very slow: the picture is coarse and jerky. The sound stays as it is."),
        N_("Viewers see half as many pictures, and hear everything."),
        COME_CLOSER,
        STATION,
    ),
    "network.pausing": (
        N_("The network to {name} does not carry all pictures: some are left out there. Your voice goes on."),
        N_("Viewers on {name} see a picture that stands still now and then, and hear everything."),
        COME_CLOSER,
        STATION,
    ),
    "network.slowest": (
        N_("There is hardly any network to {name}: the picture stands still, your voice goes on. Keep talking."),
        N_("Viewers see a picture that stands still, and hear everything."),
        COME_CLOSER,
        STATION,
    ),
    "network.silent": (
        N_("There is almost no network to {name}: not even your voice gets through in time."),
        N_("Viewers on {name} hear you late or not at all, and see a picture that stands still."),
        COME_CLOSER,
        STATION,
    ),
}
SENTENCES |= NETWORK

STEPS = tuple(SENTENCES)  # the dearest to the viewers last
