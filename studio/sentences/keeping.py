"""What is kept: recordings, the log and its sessions."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "recording.failed": (
        N_("The recording in {path} has stopped: {reason}."),
        UNTOUCHED,
        N_(
            "Free some space on the disk, or plug it in again. The show itself goes on, and once there is room the "
            "recording does, in another file."
        ),
        STATION,
    ),
    "recording.broken": (
        N_("The recording has stopped, by a fault of the program itself: {reason}."),
        UNTOUCHED,
        N_("The show goes on unrecorded. What was recorded so far is kept. Send us the log file."),
        STATION,
    ),
    "recording.waits": (
        N_("The show is not being recorded: in {path} nothing can be written: {reason}."),
        UNTOUCHED,
        N_("Free some space on the disk, or plug it in again: then the recording begins by itself."),
        STATION,
    ),
    "recording.disk_low": (
        N_("The disk is nearly full: there is room for less than {minutes} minutes of recording."),
        UNTOUCHED,
        N_("Delete what is not needed. When the disk is full the recording stops; the show itself goes on."),
        STATION,
    ),
    "recording.disk_short": (
        N_(
            "The disk has room for {span} of recording, or {film} that can become an MP4; the show is to last {wanted}."
        ),
        UNTOUCHED,
        N_(
            "Delete what is not needed. A longer recording stays an .mkv file, which plays in most players. When the"
            " disk is full the recording stops; the show itself goes on."
        ),
        STATION,
    ),
    "recording.film_low": (
        N_("In less than {minutes} minutes the recording will be too long to become an MP4 on this disk."),
        UNTOUCHED,
        N_(
            "Delete what is not needed. Recording goes on; without room it stays an .mkv file, which plays in most"
            " players."
        ),
        STATION,
    ),
    "recording.film_needs_room": (
        N_("The recording {path} could not be made into an MP4: the disk has no room for both."),
        N_("The show is over: viewers notice nothing."),
        N_("It is kept as it is and plays in most players. Free {gigabytes} GB: the next start makes the MP4."),
        STATION,
    ),
    "recording.damaged": (
        N_("The recording {path} could not be made into an MP4: the file is damaged."),
        N_("The show is over: viewers notice nothing."),
        N_("It is kept as it is; most players play what is whole in it. Ask for help before you delete it."),
        STATION,
    ),
    "recording.unwritable": (
        N_("Nothing can be written in {path}: {reason}."),
        NOTHING_YET,
        N_("Choose another folder for the recording, or free some space."),
        STATION,
    ),
    "recording.unfinished": (
        N_("The recording {path} could not be made into an MP4: {reason}."),
        N_("The show is over: viewers notice nothing."),
        N_("It is kept as it is and plays in most players. Free some space: the next start tries again."),
        STATION,
    ),
    "home.busy": (
        N_("Another studio is already running on the folder {path}."),
        UNTOUCHED,
        N_("Use the window that is open, or close it first."),
        STATION,
    ),
    "home.unwritable": (
        N_("The studio's folder {path} cannot be written: {reason}."),
        NOTHING_YET,
        N_("Free some space, or name another folder with --home."),
        STATION,
    ),
    "store.damaged": (
        N_("The log {path} cannot be read: {reason}."),
        NOTHING_YET,
        N_("Keep the file and call for help: what is in it can often be saved."),
        STATION,
    ),
    "store.newer": (
        N_("The log {path} was written by a newer version of this program."),
        NOTHING_YET,
        N_("Install the newest version."),
        STATION,
    ),
    "store.busy": (
        N_("The log {path} is in use by another program that does not let go of it."),
        UNTOUCHED,
        N_("Close other programs that have the file open, then try again."),
        STATION,
    ),
    "store.unreachable": (
        N_("The database {path} cannot be reached: {reason}."),
        NOTHING_YET,
        N_("Check its address and the network, then try again."),
        STATION,
    ),
    "journal.failing": (
        N_("The log of the show cannot be written: {reason}"),
        UNTOUCHED,
        N_("Free some space on the disk. What happens meanwhile is kept and written as soon as that works."),
        STATION,
    ),
    "session.not_cut_off": (
        N_("Session {id} cannot be gone on with: it was not cut off."),
        NOTHING_YET,
        N_("Begin a new show."),
        STATION,
    ),
    "session.none_cut_off": (
        N_("No show was cut off: there is nothing to go on with."),
        NOTHING_YET,
        N_("Begin a new show."),
        STATION,
    ),
    "session.plan_lost": (
        N_("Session {id} cannot be gone on with: its plan is not kept."),
        NOTHING_YET,
        N_("Begin a new show."),
        STATION,
    ),
    "session.address_lost": (
        N_("The show cannot go on at {name} by itself: its address was never saved."),
        N_("Viewers on {name} see nothing until it is there."),
        N_("Add {name} again with its address; on the command line with --to."),
        STATION,
    ),
    "session.unknown": (
        N_("There is no session {id}."),
        UNTOUCHED,
        N_("Look at the list: nongbo sessions list."),
        STATION,
    ),
}
