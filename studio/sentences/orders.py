"""Order files of the platforms, and the mappings for all others."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "orders.unreadable": (
        N_("The order file {path} cannot be read: {reason}."),
        UNTOUCHED,
        N_("Export it again from the platform, and do not open and save it in a table program before."),
        STATION,
    ),
    "orders.unknown_headings": (
        N_("The order file {path} has headings that are not known: {headings}."),
        UNTOUCHED,
        N_(
            "Export the orders from the platform's page for sellers, as they are. For a file of another kind say once"
            " what its columns mean: nongbo orders mapping add NAME FILE."
        ),
        STATION,
    ),
    "mapping.incomplete": (
        N_("Nothing in {path} is known to be {missing}; its headings are: {headings}."),
        UNTOUCHED,
        N_("Say which heading it is, with --column FIELD=HEADING."),
        STATION,
    ),
    "mapping.unfit": (
        N_("With these columns {count} rows of {path} cannot be read: {reason}."),
        UNTOUCHED,
        N_("Say which heading is the right one, with --column FIELD=HEADING."),
        STATION,
    ),
    "mapping.unknown": (
        N_("There is no mapping {name}."),
        UNTOUCHED,
        N_("Look at the list: nongbo orders mapping list."),
        STATION,
    ),
}
