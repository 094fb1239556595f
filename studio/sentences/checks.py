"""What the go-live check finds not good."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, STATION, Lines

SENTENCES: dict[str, Lines] = {
    "check.disk_short": (
        N_("The disk is too full to record the whole show: {free_gb} GB are free, {needed_gb} GB are needed."),
        N_("Viewers would notice nothing: the recording would stop, the show go on."),
        N_("Delete old recordings in {path}, or choose a folder on another disk."),
        STATION,
    ),
    "check.battery_short": (
        N_("The battery lasts {hours} hours, the show is planned for {planned}."),
        N_("Viewers would see the show end in the middle."),
        N_("Plug the computer in."),
        STATION,
    ),
    "check.data_short": (
        N_("{left_gb} GB on the data plan last {hours} hours, the show is planned for {planned}."),
        N_("Viewers would see the show stop when the plan is used up."),
        N_("Buy more data, use a cable or Wi-Fi, or send at a lower rate."),
        STATION,
    ),
    "check.clock_wrong": (
        N_("The clock of this computer is wrong: it says {shown}, it is {right}."),
        NOTHING_YET,
        N_("Let the system set its time by itself, in its settings. Platforms refuse a stream whose time is wrong."),
        STATION,
    ),
}
