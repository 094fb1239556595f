"""What the go-live check finds not good."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, PLATFORM, STATION, Lines

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
    "check.no_name": (
        N_("{name} cannot be found: nobody knows the name {host}."),
        NOTHING_YET,
        N_("Look whether the network works. If it does, copy the address from the platform again."),
        PLATFORM,
    ),
    "check.unreachable": (
        N_("{name} cannot be reached: {reason}."),
        NOTHING_YET,
        N_("Look whether the network works. If it does, copy the address from the platform again."),
        PLATFORM,
    ),
    "check.no_rtmp": (
        N_("There is no live server at the address of {name}: {reason}."),
        NOTHING_YET,
        N_("Copy the push address from the platform again: this may be the address of a web page."),
        PLATFORM,
    ),
    "check.refused": (
        N_("{name} refuses the call. Its words: {reason}."),
        NOTHING_YET,
        N_("Copy the address and the key from the platform again. They may be used up or expired."),
        PLATFORM,
    ),
    "check.silent": (
        N_("{name} takes the call and then says nothing."),
        NOTHING_YET,
        N_("Check the address. If it is right, the platform has a fault: try again in a minute."),
        PLATFORM,
    ),
    "check.hung_up": (
        N_("{name} hangs up without a word."),
        NOTHING_YET,
        N_("Copy the address and the key from the platform again. They may be used up or expired."),
        PLATFORM,
    ),
    "check.key_missing": (
        N_("The address of {name} holds no key."),
        NOTHING_YET,
        N_("Copy the key from the platform too, into the second box."),
        PLATFORM,
    ),
    "check.key_refused": (
        N_("{name} does not take the key: {reason}."),
        NOTHING_YET,
        N_("The key may be wrong, used up or expired. Get a new one from the platform."),
        PLATFORM,
    ),
    "check.upload_slow": (
        N_("The upload is too slow: {kbps} kb/s go through, {needed} are needed."),
        N_("Viewers would see the picture stutter."),
        N_("Use a cable or move closer to the Wi-Fi, close what else uses the network, or send at a lower rate."),
        STATION,
    ),
}
