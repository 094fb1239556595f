"""The salt of this studio: buyers are counted by hashes that only it can make, and nobody can turn back into names."""

import os
import secrets

from studio.errors import fault, reason_of
from studio.paths import Home

SALT_BYTES = 32


def buyer_salt(home: Home) -> bytes:
    """The salt of `home`, made when it is first asked for; raises `home.unwritable`.

    It stays the same for good: with another one the buyers of old orders could not be told from new ones.
    """
    path = home.buyer_salt
    try:
        if path.exists() and len(salt := path.read_bytes()) == SALT_BYTES:
            return salt
        salt = secrets.token_bytes(SALT_BYTES)
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(salt)
        draft.replace(path)
    except OSError as error:
        raise fault("home.unwritable", path=home.root, reason=reason_of(error)) from error
    return salt
