"""The show itself: what composes, compresses and draws it."""

from studio.i18n import N_
from studio.sentences.lines import NOTHING_YET, STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "overlay.failed": (
        N_("The {overlay} cannot be drawn and was switched off: {reason}."),
        N_("Viewers see the show without it."),
        N_("Check its text and picture, then show it again."),
        STATION,
    ),
    "overlay.no_font": (
        N_("No font on this computer has the letters {letters}: {overlay}."),
        N_("Viewers see the text without them."),
        N_("Install a font for this script, or write it in another one."),
        STATION,
    ),
    "code.unproven": (
        N_("The code of {name} could not be read at {sizes}, though it is as large as it can be."),
        N_("Viewers with a weak line or a small phone get {sizes} and may scan in vain; the others can scan it."),
        N_("Use a short link, a larger picture or a higher bit rate."),
        STATION,
    ),
    "overlay.no_picture": (
        N_("The picture of the {overlay} cannot be shown: {reason}."),
        N_("Viewers see a drawn leaf in its place."),
        N_("Choose another picture: any photograph saved as JPEG or PNG."),
        STATION,
    ),
    "code.too_long": (
        N_("The link of {name} is too long for a code that phones can read."),
        N_("Viewers see it without its code."),
        N_("Give it a short link: the platform's share button makes one. Up to 70 letters are read well."),
        STATION,
    ),
    "code.no_room": (
        N_("There is no room on the picture for a code of {name} that phones can read."),
        N_("Viewers see it without its code."),
        N_("Choose a usual picture size, like 720 × 1280, or let the card lie at the bottom."),
        STATION,
    ),
    "code.weak": (
        N_("The code of {name} could not be read at the bit rate that the network carries now."),
        N_("Viewers see it, but may scan it in vain."),
        N_("Look for a better network. It can be read again once the picture is as good as planned."),
        STATION,
    ),
    "code.unread": (
        N_("The code of {name} could not be read in the picture as it is sent."),
        N_("Viewers see it without its code."),
        N_("Use a short link, a larger picture or a higher bit rate."),
        STATION,
    ),
    "code.no_link": (
        N_("{name} has no link that fits every place the show goes to."),
        N_("Viewers see it without its code."),
        N_("Write a link of its own into the product: one picture goes to all places, and so does its code."),
        STATION,
    ),
    "code.late": (
        N_("The code of {name} is still being tried: this computer is busy."),
        N_("Viewers see it without its code for a moment."),
        N_("Nothing has to be done: the code comes as soon as it was read."),
        STATION,
    ),
    "template.unknown": (
        N_("There is no template {name} for this."),
        N_("Viewers see it in its plain look."),
        N_("Choose one of these: {names}."),
        STATION,
    ),
    "template.broken": (
        N_("The template {path} cannot be used: {reason}."),
        N_("Viewers see it in its plain look."),
        N_("Mend that line of the file, or choose another template."),
        STATION,
    ),
    "areas.broken": (
        N_("The file of what platforms cover of the picture, {path}, cannot be used: {reason}."),
        N_("Viewers see cards and texts where they usually lie."),
        N_("Mend that line of the file, or take the file away; then begin the show anew."),
        STATION,
    ),
    "overlay.too_many": (
        N_("There are {most} things on the picture already."),
        UNTOUCHED,
        N_("Take one off before you add another one."),
        STATION,
    ),
    "overlay.no_room": (
        N_("{overlay} is not shown: there is no room left beside the card and what is shown already."),
        UNTOUCHED,
        N_("Take something off, or give the card another look. It comes back when there is room."),
        STATION,
    ),
    "overlay.code_refused": (
        N_("The QR code is not shown: {name} does not allow codes in the picture."),
        UNTOUCHED,
        N_("Let viewers buy from the platform's own cart. If the platform allows codes, switch them on under Set up."),
        STATION,
    ),
    "data.unreadable": (
        N_("The value of {name} cannot be read: {reason}."),
        N_("Viewers see the last value."),
        N_("Check the address. It is asked again by itself."),
        STATION,
    ),
    "card.unknown": (
        N_("There is no product with the code {sku}."),
        UNTOUCHED,
        N_("Look at the list of products and type its code again."),
        STATION,
    ),
    "encoder.failed": (
        N_("The picture cannot be compressed: {reason}."),
        NOTHING_YET,
        N_("Choose a smaller picture or another preset."),
        STATION,
    ),
    "show.nowhere": (
        N_("The show has nowhere to go."),
        NOTHING_YET,
        N_("Name an address with --to, or a folder with --record."),
        STATION,
    ),
    "show.unseen": (
        N_("Nobody sees the show."),
        N_("Viewers see a picture that stands still, or nothing at all."),
        N_("Look below: with each destination stands what to do. What is only broken is tried again by itself."),
        STATION,
    ),
    "show.running": (
        N_("A show is on air already."),
        UNTOUCHED,
        N_("Stop it before you start another one."),
        STATION,
    ),
    "show.bug": (
        N_("A fault of the program itself, in picture or sound: {reason}."),
        N_("Viewers may see a picture that stands still, or hear nothing."),
        N_("Look at the show on a phone. If it does not go on there, end it and begin it again. Send us the log file."),
        STATION,
    ),
    "show.not_begun": (
        N_("The show did not begin, by a fault of the program itself: {reason}."),
        NOTHING_YET,
        N_("Begin it once more. If that does not help, close the program and open it again. Send us the log file."),
        STATION,
    ),
    "engine.gone": (
        N_("The part of the program that sends shows is not running."),
        N_("Viewers notice nothing: no show is on the air."),
        N_("Wait a moment: it starts again by itself. Then begin once more what was under way."),
        STATION,
    ),
    "engine.gone_on_air": (
        N_("The part of the program that sends the show has ended."),
        N_("Viewers see a picture that stands still."),
        N_("Wait a moment: the show goes on by itself. If you are asked whether to go on, press “Yes, go on”."),
        STATION,
    ),
    "engine.bug": (
        N_("A fault of the program itself: {reason}."),
        N_("A show that is on the air goes on. At most something beside it is missing, like a card or the music."),
        N_("Nothing has to be done now. Send us the log file when there is time."),
        STATION,
    ),
}
