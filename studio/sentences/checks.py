"""What the go-live check finds not good."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, PLATFORM, STATION, Lines

OTHER_CLIP = N_("Choose another film, or leave it where it is meant to be so.")

SENTENCES: dict[str, Lines] = {
    "check.camera_black": (
        N_("The picture is black."),
        NOTHING_YET,
        N_("Take the lid off the camera, open its shutter, and switch the light on."),
        STATION,
    ),
    "check.camera_frozen": (
        N_("The picture stands still: the camera gives the same one again and again."),
        NOTHING_YET,
        N_("Unplug the camera and plug it in again, and close other programs that use it."),
        STATION,
    ),
    "check.camera_dark": (
        N_("The picture is too dark."),
        NOTHING_YET,
        N_("Switch a lamp on in front of you, or turn so that the window is before you and not behind."),
        STATION,
    ),
    "check.camera_slow": (
        N_("The camera gives only {fps} pictures a second instead of {wanted}."),
        N_("Viewers would see jerky movements."),
        N_("Give it more light, plug it straight into the computer, or choose a smaller picture."),
        STATION,
    ),
    "check.camera_blurred": (
        N_("The picture is blurred."),
        NOTHING_YET,
        N_("Wipe the lens clean, then turn its ring or move closer or away until you are sharp."),
        STATION,
    ),
    "check.clip_black": (N_("The film's picture is black at its beginning."), NOTHING_YET, OTHER_CLIP, STATION),
    "check.clip_frozen": (N_("The film's picture stands still at its beginning."), NOTHING_YET, OTHER_CLIP, STATION),
    "check.clip_dark": (N_("The film's picture is too dark."), NOTHING_YET, OTHER_CLIP, STATION),
    "check.clip_slow": (
        N_("The film has only {fps} pictures a second instead of {wanted}."),
        N_("Viewers would see jerky movements."),
        OTHER_CLIP,
        STATION,
    ),
    "check.clip_blurred": (N_("The film's picture is blurred."), NOTHING_YET, OTHER_CLIP, STATION),
    "check.clip_silent": (
        N_("The film is silent at its beginning."),
        N_("Viewers would hear nothing."),
        OTHER_CLIP,
        STATION,
    ),
    "check.clip_distorted": (
        N_("The film is too loud: its sound is distorted."),
        N_("Viewers would hear crackling."),
        OTHER_CLIP,
        STATION,
    ),
    "check.clip_no_sound": (
        N_("This film has no sound."),
        N_("Viewers would hear nothing."),
        N_("Choose another film, or a microphone for the sound."),
        STATION,
    ),
    "check.stream_no_sound": (
        N_("The phone or camera sends a picture without sound."),
        N_("Viewers would hear nothing."),
        N_("Switch the sound on there, or choose a microphone for the sound."),
        STATION,
    ),
    "check.mic_silent": (
        N_("The microphone gives no sound."),
        N_("Viewers would hear nothing."),
        N_("Look for a switch on the microphone, its cable or the keyboard, or choose another microphone."),
        STATION,
    ),
    "check.mic_quiet": (
        N_("Your voice is too quiet."),
        N_("Viewers would hardly hear you."),
        N_("Move closer to the microphone, or turn it up in the system's settings."),
        STATION,
    ),
    "check.mic_no_voice": (
        N_("The microphone hears a noise, but no voice."),
        N_("Viewers would not understand you."),
        N_("Press again and say the sentence. If that does not help, choose another microphone."),
        STATION,
    ),
    "check.mic_clips": (
        N_("The microphone is too loud: the sound is distorted."),
        N_("Viewers would hear crackling."),
        N_("Move away from the microphone, or turn it down in the system's settings."),
        STATION,
    ),
    "check.not_heard": (
        N_("You did not hear yourself."),
        N_("Viewers may hear nothing either."),
        N_("Turn the loudspeaker up and press again. If you still hear nothing, choose another microphone."),
        STATION,
    ),
    "check.computer_slow": (
        N_("This computer is slow for a picture of {size} with {fps} frames a second."),
        N_("Viewers would see the picture stutter."),
        N_("Choose a smaller picture or fewer frames a second, and close other programs."),
        STATION,
    ),
    "check.folder_closed": (
        N_("In {path} nothing can be written: {reason}."),
        N_("Viewers would notice nothing, but the show would not be kept."),
        N_("Plug the disk or the stick in, or choose another folder for recordings."),
        STATION,
    ),
    "check.home_closed": (
        N_("In {path} nothing can be written: {reason}."),
        N_("Viewers would notice nothing, but orders and viewers of the show would not be kept."),
        N_("Let somebody at the station look at the rights of this folder."),
        STATION,
    ),
    "check.log_short": (
        N_("The disk is nearly full: {free_gb} GB are free."),
        N_("Viewers would notice nothing, but orders and viewers of the show might not be kept."),
        N_("Delete what is not needed on this computer."),
        STATION,
    ),
    "check.disk_short": (
        N_("The disk is too full to record the whole show: {free_gb} GB are free, {needed_gb} GB are needed."),
        N_("Viewers would notice nothing: the recording would stop, the show go on."),
        N_("Delete old recordings in {path}, or choose a folder on another disk."),
        STATION,
    ),
    "check.film_short": (
        N_(
            "The whole show can be recorded, but then not become an MP4: {free_gb} GB are free, {needed_gb} GB are"
            " needed for both."
        ),
        N_("Viewers notice nothing. The recording would stay an .mkv file, which plays in most players."),
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
    "check.untrusted": (
        N_("{name} does not prove that it is {name}: {reason}. Your key was not told."),
        NOTHING_YET,
        N_(
            "1. Set this computer's date and time right. 2. Try another network, such as the phone's hotspot: in this "
            "one a stranger may stand in between. 3. Ask the platform for another push address."
        ),
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
        N_("{name} takes the call and hangs up without a word, before it is told the key."),
        NOTHING_YET,
        N_(
            "Copy the address from the platform again. If it is right, the platform has a fault: try again in a minute."
        ),
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
    "check.upload_broke": (
        N_("The line to {name} broke while a test picture was sent: {reason}."),
        N_("Viewers would see the show stop, and come back."),
        N_(
            "Measure again. If it breaks again, use a cable or the phone's hotspot, and copy the address and the key "
            "from the platform again."
        ),
        PLATFORM,
    ),
    "check.upload_slow": (
        N_("The upload is too slow: {kbps} kb/s go through, {needed} are needed."),
        N_("Viewers would see the picture stutter."),
        N_("Use a cable or move closer to the Wi-Fi, close what else uses the network, or send at a lower rate."),
        STATION,
    ),
}
