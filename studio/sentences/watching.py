"""What the watchdogs warn of. The first line of each is shown very large: a few words, no more."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "watch.black": (
        N_("The picture is black."),
        N_("Viewers see black. Platforms close rooms for that."),
        N_("Take the cap off the lens, or whatever lies on the camera."),
        STATION,
    ),
    "watch.covered": (
        N_("Nothing can be seen in the picture."),
        N_("Viewers see neither you nor the goods."),
        N_(
            "Take away what lies on the camera or stands right before it: a finger, a cloth, a bag. Then hold goods up."
        ),
        STATION,
    ),
    "watch.frozen": (
        N_("The picture stands still."),
        N_("Viewers see a still picture and leave. Platforms punish it as a recording."),
        N_("Move a hand before the camera. If that does not show, pull its plug and put it in again."),
        STATION,
    ),
    "watch.dark": (
        N_("The picture is too dark."),
        N_("Viewers can hardly see the goods."),
        N_("Switch on a lamp in front of you, or turn your back to the window no longer."),
        STATION,
    ),
    "watch.blurred": (
        N_("The picture is blurred."),
        N_("Viewers cannot see clearly what you show."),
        N_("Wipe the lens with a soft cloth, then wait until the camera has found its focus."),
        STATION,
    ),
    "watch.nobody": (
        N_("Nobody is in front."),
        N_("Viewers see an empty place. Platforms punish it."),
        N_("Come back into the picture, or end the show."),
        STATION,
    ),
    "watch.nobody_off": (
        N_("An empty place cannot be noticed on this computer."),
        UNTOUCHED,
        N_("Switch this warning off: the small program that looks for faces cannot be had here."),
        STATION,
    ),
    "watch.silent": (
        N_("No voice is heard."),
        N_("Viewers do not hear you. Platforms punish a silent show."),
        N_("Say a word. If the meter does not move, look at the microphone's switch and its plug."),
        STATION,
    ),
    "watch.still_muted": (
        N_("You are muted."),
        N_("Viewers hear nothing. Platforms punish a silent show."),
        N_("Switch the microphone on again."),
        STATION,
    ),
    "watch.clipped": (
        N_("The sound is too loud."),
        N_("Viewers hear it rattle."),
        N_("Go a hand's breadth away from the microphone, or turn it down."),
        STATION,
    ),
    "watch.muted": (
        N_("You speak, but are muted."),
        N_("Viewers see you speak and do not hear you."),
        N_("Switch the microphone on again."),
        STATION,
    ),
    "watch.code": (
        N_("The code cannot be scanned."),
        N_("Viewers who scan it get nothing."),
        N_("Give the product a shorter link, or choose a higher bit rate for the next show."),
        STATION,
    ),
    "watch.hidden": (
        N_("Viewers do not see the camera."),
        N_("Viewers see black, or what lies over the whole picture. Platforms punish it."),
        N_("Take off what lies over the picture. If that does not help, end the show and begin it again."),
        STATION,
    ),
}
