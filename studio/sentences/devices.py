"""Cameras, microphones, clips and their sound."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "clip.missing": (
        N_("The video file {path} is not there."),
        NOTHING_YET,
        N_("Check the name, or choose another file."),
        STATION,
    ),
    "clip.unreadable": (
        N_("The file {path} cannot be played: {reason}."),
        NOTHING_YET,
        N_("Choose another file; this one is damaged or is not a video."),
        STATION,
    ),
    "clip.no_video": (
        N_("The file {path} holds no picture."),
        NOTHING_YET,
        N_("Choose a file with a picture, not only sound."),
        STATION,
    ),
    "camera.none": (
        N_("No camera was found."),
        NOTHING_YET,
        N_("Plug the camera in, or close the program that is using it, then try again."),
        STATION,
    ),
    "source.unreadable": (
        N_("The picture source {name} does not open: {reason}."),
        NOTHING_YET,
        N_("Plug it in again, close other programs that use it, then try again."),
        STATION,
    ),
    "source.unreachable": (
        N_("The camera at {name} gives no picture: {reason}."),
        NOTHING_YET,
        N_(
            "Look whether that phone or camera is on, shows its picture, and is in the same Wi-Fi as this computer."
            " Then type its address again as it shows it."
        ),
        STATION,
    ),
    "source.lost": (
        N_("The picture from {name} has stopped."),
        N_("Viewers see a still picture that says the host will be right back. The sound goes on."),
        N_("Check the plug. The picture comes back by itself."),
        STATION,
    ),
    "source.all_lost": (
        N_("Picture and sound from {name} have stopped."),
        N_("Viewers see a still picture that says the host will be right back, and hear no voice."),
        N_("Look whether that phone or camera is on, and still in the same Wi-Fi. It comes back by itself."),
        STATION,
    ),
    "source.busy": (
        N_("Another program is using the camera {name}."),
        N_("Viewers see a still picture that says the host will be right back; before the show they see nothing."),
        N_("Close the other program: WeChat, DingTalk, a meeting or a web page. The picture then comes by itself."),
        STATION,
    ),
    "source.still": (
        N_("The camera {name} gives the same picture over and over."),
        N_("Viewers see a still picture, or one that says the host will be right back. The sound goes on."),
        N_(
            "Wait: the camera is being started again. If it does not move then, pull its plug and put it back. Is it "
            "meant to stand still? Choose the same camera once more."
        ),
        STATION,
    ),
    "source.covered": (
        N_("The camera {name} is covered: its picture is all black."),
        N_("Viewers see a still picture that says the host will be right back. The sound goes on."),
        N_("Take the cap or cloth off the lens. The picture comes back by itself."),
        STATION,
    ),
    "source.unchanged": (
        N_("The picture cannot come from {name}: {reason}."),
        UNTOUCHED,
        N_("The picture from before goes on. Check the plug, or close the program that uses it, and choose it again."),
        STATION,
    ),
    "audio.busy": (
        N_("Another program is using the microphone {name}."),
        N_("Viewers do not hear you; before the show they see nothing."),
        N_("Close the other program: WeChat, DingTalk, a meeting or a web page. The sound then comes by itself."),
        STATION,
    ),
    "audio.unchanged": (
        N_("The sound cannot come from {name}: {reason}."),
        UNTOUCHED,
        N_("The sound from before goes on. Check the plug, or close the program that uses it, and choose it again."),
        STATION,
    ),
    "audio.unreadable": (
        N_("The microphone {name} does not open: {reason}."),
        NOTHING_YET,
        N_("Plug the microphone in again, choose another one, or go without one (--audio silence)."),
        STATION,
    ),
    "music.unreadable": (
        N_("The music {path} cannot be played: {reason}."),
        N_("Viewers hear the voice without music."),
        N_("Choose another file: MP3, M4A, WAV, FLAC or OGG."),
        STATION,
    ),
    "audio.lost": (
        N_("The sound from {name} has stopped."),
        N_("Viewers see the picture, but do not hear you. Platforms punish a silent show."),
        N_("Check the plug of the microphone. The sound comes back by itself."),
        STATION,
    ),
}
