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
}
