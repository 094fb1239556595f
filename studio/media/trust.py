"""Whose certificates are believed where a stream is sent encrypted, and why one is not, in plain words.

The key goes to nobody who cannot prove whose server it is: in a network with a stranger in the middle it would be his.
Only where there is no network in between, at an address of this computer itself, nothing is to be proven.
"""

import ipaddress
import os
from typing import TYPE_CHECKING

import certifi

from studio.i18n import N_

if TYPE_CHECKING:
    import ssl

NAMES_OTHERS = "SSL_CERT_FILE"  # OpenSSL's own name for it: a file that is believed in place of the usual one
# OpenSSL's numbers (x509_vfy.h): not yet valid, expired; made out to another name, to another address
OUT_OF_TIME, ELSEWHERE = (9, 10), (62, 64)
UNTRUSTED = N_("nobody vouches for its certificate")


def authorities() -> str:
    """The file with those who are believed to know whose server is whose: Mozilla's list, unless another is named."""
    named = os.environ.get(NAMES_OTHERS, "")
    return named if os.path.isfile(named) else certifi.where()  # noqa: PTH113 - one that may not be looked at is none


def nobody_between(host: str) -> bool:
    """Whether an address, and no name, leads to this very computer, as to a program that encrypts or takes apart."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def believing() -> "ssl.SSLContext":
    """What is asked of a server: a certificate of theirs, in its time, made out to the host."""
    import ssl  # noqa: PLC0415 - three megabytes that most relays never need

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authorities())
    return context


def why_untrusted(error: "ssl.SSLCertVerificationError") -> str:
    """In words that end a sentence."""
    if error.verify_code in OUT_OF_TIME:
        return N_("by the clock of this computer its certificate is out of date")
    if error.verify_code in ELSEWHERE:
        return N_("its certificate belongs to another server")
    return UNTRUSTED
