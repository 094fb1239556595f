"""The shop's products and the files that belong to them."""

from studio.i18n import N_
from studio.sentences.lines import STATION, UNTOUCHED, Lines

SENTENCES: dict[str, Lines] = {
    "products.no_undo": (
        N_("There is no change of the products to take back."),
        UNTOUCHED,
        N_("Look at the list: it is as it has always been."),
        STATION,
    ),
    "run.empty": (
        N_("No step of a run is in {path}."),
        UNTOUCHED,
        N_("Put products into it on the page “Run”, or give a table whose column 编号 (sku) has codes of the shop."),
        STATION,
    ),
    "library.missing": (
        N_("The file {path} is not there."),
        UNTOUCHED,
        N_("Check the name of the file, and whether the phone or the memory stick is still plugged in."),
        STATION,
    ),
    "label.undrawable": (
        N_("The link of {sku} is too long for the code on a label of {sheet}."),
        UNTOUCHED,
        N_("Give the product a shorter link, or choose larger labels."),
        STATION,
    ),
    "library.unwritable": (
        N_("The file {path} cannot be written: {reason}."),
        UNTOUCHED,
        N_("Close the program that has it open, or choose another folder."),
        STATION,
    ),
    "library.unusable": (
        N_("The file {path} cannot be used: {reason}."),
        UNTOUCHED,
        N_("Take another picture or file. A picture should be a JPEG or PNG, a proof may also be a PDF."),
        STATION,
    ),
}
