"""What faults of the sound are where a virtual camera is among the destinations.

The platform's own program gets the picture from here, and has its own microphone: what its viewers hear is not known
here. A problem that is told so has `ELSEWHERE` of `studio.errors` among its values.
"""

from studio.i18n import N_
from studio.sentences.lines import STATION, Lines

MAY_BE_SILENT = N_("Viewers hear what the platform's own program sends. That may be silent, too.")

SOUND_ELSEWHERE: dict[str, Lines] = {
    "watch.muted": (
        N_("You are muted here only."),
        N_("Viewers may hear you: the platform's own program has its own microphone."),
        N_("Mute in that program, too. Or switch the microphone on again here."),
        STATION,
    ),
    "watch.still_muted": (
        N_("You are muted here."),
        N_("Viewers hear what the platform's own program sends. Platforms punish a silent show."),
        N_("Switch the microphone on again, here and in that program."),
        STATION,
    ),
    "watch.silent": (
        N_("No voice is heard here."),
        MAY_BE_SILENT,
        N_("Say a word and look at that program's meter. If nothing moves, look at the microphone's switch and plug."),
        STATION,
    ),
    "watch.clipped": (
        N_("The sound is too loud."),
        N_("Viewers hear what the platform's own program sends. That may rattle, too."),
        N_("Go a hand's breadth away from the microphone, or turn it down in that program."),
        STATION,
    ),
    "audio.lost": (
        N_("The sound from {name} has stopped."),
        MAY_BE_SILENT,
        N_("Check the plug of the microphone, and look at that program's meter."),
        STATION,
    ),
    "audio.busy": (
        N_("Another program is using the microphone {name}."),
        N_("Viewers hear what the platform's own program sends."),
        N_("Leave the platform's own program open. If it has the microphone, all is well: choose no sound here."),
        STATION,
    ),
    "music.unreadable": (
        N_("The music {path} cannot be played: {reason}."),
        N_("Viewers of the platform's own program never hear music from here."),
        N_("Choose another file: MP3, M4A, WAV, FLAC or OGG."),
        STATION,
    ),
}
