"""Where the show is sent."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, PLATFORM, STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "output.bug": (
        N_("{name} has ended by a fault of the program itself: {reason}."),
        N_("Viewers on {name} see nothing just now."),
        N_("What was on the air is tried again by itself. What was not: press “Try again”. Send us the log file."),
        STATION,
    ),
    "output.not_rtmp": (
        N_("{address} is not an RTMP address."),
        NOTHING_YET,
        N_("Copy the push address from the platform again. It begins with rtmp:// or rtmps://."),
        PLATFORM,
    ),
    "output.unreachable": (
        N_("{name} does not answer: {reason}."),
        N_("Viewers on {name} see nothing."),
        N_(
            "Check the network and the address. A show that runs goes there by itself as soon as somebody answers; one "
            "that has ended you start again."
        ),
        PLATFORM,
    ),
    "output.untrusted": (
        N_("{name} does not prove that it is {name}: {reason}. Your key was not told."),
        N_("Nothing reaches the viewers on {name}."),
        N_(
            "1. Set this computer's date and time right. 2. Try another network, such as the phone's hotspot: in this "
            "one a stranger may stand in between. 3. Ask the platform for another push address."
        ),
        PLATFORM,
    ),
    "output.refused": (
        N_("{name} refuses the stream. Its words: {reason}."),
        N_("Viewers on {name} see nothing."),
        N_("The key may be wrong, used up or expired. Get a new one from the platform."),
        PLATFORM,
    ),
    "output.hung_up": (
        N_("{name} hangs up without a word."),
        N_("Viewers on {name} see nothing."),
        N_("The key may be wrong, used up or expired. Get a new one from the platform."),
        PLATFORM,
    ),
    "output.silent": (
        N_("{name} takes the call and then says nothing."),
        N_("Viewers on {name} see nothing."),
        N_("Check the address. If it is right, the platform has a fault: try again in a minute."),
        PLATFORM,
    ),
    "output.unanswered": (
        N_("The show was over before {name} had answered."),
        N_("Viewers on {name} saw nothing."),
        N_("Let the show last longer: a server may take some seconds. If it never answers, check the address."),
        PLATFORM,
    ),
    "output.lost": (
        N_("The connection to {name} broke: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_("Wait: it is tried again every second. Check the network cable or the phone's hotspot."),
        STATION,
    ),
    "output.still_away": (
        N_("{name} does not answer yet: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_("Wait: it is tried again every second. Check the network cable or the phone's hotspot."),
        STATION,
    ),
    "output.not_taken_back": (
        N_("{name} does not take the show back: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_(
            "It is tried again every second: the platform may not have noticed yet that the line broke. If the key is "
            "used up or expired, press “New address” and paste a new one."
        ),
        PLATFORM,
    ),
    "output.held": (
        N_("{name} still holds the line that broke, and takes no second one: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_(
            "Wait: it has not noticed yet that the line broke, which may take it minutes. Until then it is tried every "
            "second."
        ),
        PLATFORM,
    ),
    "output.turned_away": (
        N_("{name} has turned the show away for a minute and a half: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_(
            "1. Look on the platform whether your live room is still open; if not, open a new one. 2. Copy its push "
            "address. 3. Press “New address” here and paste it. The old one is still tried every second, for the "
            "platform may have a fault."
        ),
        PLATFORM,
    ),
    "output.relay_broke": (
        N_("A fault of the program itself cut the line to {name}: {reason}."),
        N_("Nothing new reaches the viewers on {name}. The other platforms go on."),
        N_(
            "What was on the air comes back by itself within seconds. What was not: press “Try again”. If it happens "
            "again, send the log file to us."
        ),
        STATION,
    ),
    "output.closing": (
        N_("The connection to {name} broke: {reason}. In {seconds} s the platform may close the room."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_("It is tried again every second. Plug in the cable or turn on the phone's hotspot now."),
        STATION,
    ),
    "output.new_refused": (
        N_("The new address for {name} is not taken: {reason}."),
        N_("Viewers on {name} see a frozen picture, or that the show has ended. The other platforms go on."),
        N_(
            "The old address is tried every second meanwhile. Copy the new one from the platform once more, whole, "
            "then press “New address” and paste it."
        ),
        PLATFORM,
    ),
    "output.room_closed": (
        N_("{name} has been away so long that the platform may have closed the room: {reason}."),
        N_("Viewers on {name} see a frozen picture, or that the show has ended. The other platforms go on."),
        N_(
            "Plug in the cable or turn on the phone's hotspot where the network is gone: the old address is tried "
            "every second. 1. Look on the platform whether your live room is still open; if not, open a new one. "
            "2. Copy its push address. 3. Press “New address” here and paste it."
        ),
        PLATFORM,
    ),
    "output.unknown": (
        N_("This show is not sent to {name}."),
        UNTOUCHED,
        N_("Choose one of the destinations of the running show."),
        STATION,
    ),
    "output.duplicate_name": (
        N_("Two destinations are both called {name}."),
        NOTHING_YET,
        N_("Give each destination its own name."),
        STATION,
    ),
    "destination.unknown": (
        N_("No destination is saved under the name {name}."),
        NOTHING_YET,
        N_("Write the whole address, or save it under this name first."),
        STATION,
    ),
    "keys.in_file": (
        N_("Your stream keys lie in a file: this computer has no key store that works."),
        UNTOUCHED,
        N_("Only your account on this computer can read {path}. Give that folder to nobody."),
        STATION,
    ),
    "keys.unreadable": (
        N_("The stream key of {name} does not come out of this computer's key store: {reason}."),
        N_("Viewers on {name} see nothing until it is there."),
        N_("Unlock the key store, then press Save under Set up or open Nongbo again; or add it anew with a fresh key."),
        STATION,
    ),
    "keys.old": (
        N_("The stream key of {name} was given on {given}. Keys of that platform do not live so long."),
        N_("Viewers on {name} may see nothing."),
        N_("Get a new push address from the platform now, and put it in the place of the old one."),
        PLATFORM,
    ),
    "codes.off": (
        N_("The cards show no QR code: {name} does not allow codes in the picture."),
        N_("Viewers see the card with price and name, without its code."),
        N_("Let viewers buy from the platform's own cart. If the platform allows codes, switch them on under Set up."),
        PLATFORM,
    ),
    "virtualcam.no_package": (
        N_("The part of Nongbo that makes a virtual camera is not installed."),
        N_("The platform's own program gets no picture."),
        N_("Install it with: {python} -m pip install pyvirtualcam. Then try again."),
        STATION,
    ),
    "virtualcam.no_device": (
        N_("There is no virtual camera {device} on this computer: {reason}."),
        N_("The platform's own program gets no picture."),
        N_(
            "Windows and Mac: install OBS Studio, it brings the camera, and start that camera in it once. "
            "Linux: sudo apt-get install v4l2loopback-dkms, then sudo modprobe v4l2loopback exclusive_caps=1."
        ),
        STATION,
    ),
    "virtualcam.lost": (
        N_("The virtual camera {name} takes no more pictures: {reason}."),
        N_("The platform's own program shows the last picture."),
        N_("Wait: it is tried again every second. If it stays so, restart the platform's program."),
        STATION,
    ),
}
