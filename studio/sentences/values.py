"""What a person types, and tables and counts from elsewhere."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "csv.missing": (
        N_("The file {path} is not there."),
        UNTOUCHED,
        N_("Check the name of the file."),
        STATION,
    ),
    "csv.unreadable": (
        N_("The file {path} is not a table of text: {reason}."),
        UNTOUCHED,
        N_("Save it as CSV from the table program and try again."),
        STATION,
    ),
    "csv.headings": (
        N_("The file {path} lacks the headings {missing}."),
        UNTOUCHED,
        N_("Its first line must be: {expected}."),
        STATION,
    ),
    "value.bad": (
        N_("{value} will not do for {field}: {reason}."),
        UNTOUCHED,
        N_("Correct the value and try again."),
        STATION,
    ),
    "stats.unreadable": (
        N_("The viewer counts at {address} cannot be read: {reason}."),
        UNTOUCHED,
        N_("Type the number of viewers by hand until it works again."),
        STATION,
    ),
}
