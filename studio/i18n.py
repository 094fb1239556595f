"""The language of the program: plain Chinese first, English by the system's language or `--lang`.

Source strings are English; catalogues lie in `assets/locale`. `use` may be called once more when the
person changes the language; texts are looked up when they are shown, not when a module is imported.
"""

import gettext
import locale
import os

DOMAIN = "nongbo"
LANGUAGES = ("zh", "en")

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def system_language() -> str:
    """`en` where the system is set to English, else `zh`: most sellers never set a language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value not in ("C", "POSIX", "C.UTF-8"):
            return "en" if value.startswith("en") else "zh"
    return "en" if (locale.getlocale()[0] or "").startswith("English") else "zh"


def use(language: str | None) -> str:
    """Show texts in `language` (`zh` or `en`; None: the system's); gives back the one in use."""
    global _catalogue, _language  # noqa: PLW0603 - the one process-wide setting: the reader's language
    from importlib.resources import files  # noqa: PLC0415 - a process that shows no texts starts without it

    _language = language if language in LANGUAGES else system_language()
    folder = str(files("assets") / "locale")
    _catalogue = gettext.translation(DOMAIN, folder, languages=[_language], fallback=True)
    return _language


def language() -> str:
    """The language in use: `zh` or `en`."""
    return _language


def _(message: str) -> str:
    """`message` in the reader's language."""
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a sentence that fits `count`."""
    return _catalogue.ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a string that is looked up later
    """Marks a string for the catalogue without looking it up yet."""
    return message
