"""The shape of a fault's four lines, and the lines that many faults share."""

from studio.i18n import N_

Lines = tuple[str, str, str, str]  # what happened, what the viewers see, how to fix it, who can help

NOTHING_YET = N_("Viewers see nothing: the show has not started.")
UNTOUCHED = N_("Viewers notice nothing.")
STATION = N_("The e-commerce station in your village, or whoever set this computer up.")
PLATFORM = N_("The selling platform's service desk.")
