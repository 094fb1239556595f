"""The library folder: the shop's own copies of pictures and proofs; a phone that is unplugged takes nothing along.

A copy's name ends in a mark of what is in it: another file never takes the place of one that a past session showed.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_, _
from studio.paths import Home, file_there
from studio.shop.products import Product

if TYPE_CHECKING:
    from overlays.photo import Crop

LARGEST_PROOF_BYTES = 20_000_000
WHOLES = "whole"  # the folder beside the pictures that has the photographs they were cut from, under the same names

# first bytes of a file -> the ending its copy gets
_KINDS = ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"RIFF", ".webp"))

# why a photograph cannot be kept (overlays.photo.Flaw), in words that end a sentence
_FLAWS = {
    "no picture": N_("there is no picture in it"),
    "phone format": N_("it is a HEIC picture; on the phone, choose “Most compatible” in the camera's settings"),
    "cut off": N_("a part of it is missing; copy it from the phone again"),
    "too large": N_("it is too large"),
    "too small": N_("it is too small"),
}


def keep_proof(source: Path, folder: Path, sku: str) -> Path:
    """Copies a certificate or a test report into `folder`; gives back the copy.

    Raises `library.missing`, and `library.unusable` for what is neither a picture nor a PDF, or too large.
    """
    data = read_file(source, LARGEST_PROOF_BYTES)
    ending = next((ending for start, ending in _KINDS if data.startswith(start)), None)
    if ending is None:
        raise fault("library.unusable", path=source, reason=_("it is neither a picture nor a PDF"))
    return keep(data, folder, sku, ending)


def read_file(source: Path, most_bytes: int) -> bytes:
    """The whole file; raises `library.missing` and `library.unusable`."""
    try:
        with source.open("rb") as file:
            data = file.read(most_bytes + 1)
    except FileNotFoundError as error:
        raise fault("library.missing", path=source) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else error
        raise fault("library.unusable", path=source, reason=reason) from error
    if len(data) > most_bytes:
        raise fault("library.unusable", path=source, reason=_("it is too large"))
    return data


def keep(data: bytes, folder: Path, sku: str, ending: str) -> Path:
    """Writes `data` under a name of its own into `folder`; raises `home.unwritable`."""
    name = re.sub(r"[^\w.-]", "_", sku)
    return _write(data, folder / f"{name}-{hashlib.sha256(data).hexdigest()[:10]}{ending}")


def _write(data: bytes, path: Path) -> Path:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = path.with_suffix(path.suffix + ".new")
            fresh.write_bytes(data)
            fresh.replace(path)  # whole or not at all
    except OSError as error:
        raise fault("home.unwritable", path=folder, reason=reason_of(error)) from error
    return path


def keep_picture(source: Path, folder: Path, sku: str, crop: "Crop | None" = None) -> Path:
    """Copies a photograph into `folder`: upright, cut to `crop`, else square, and shrunk; gives back the copy.

    The whole photograph is kept beside it. Raises `library.missing` and `library.unusable`.
    """
    from overlays.photo import PhotoError, crop_of, cut_photo, whole_photo  # noqa: PLC0415 - Qt only where it is needed

    if source.parent == folder and source.is_file() and crop is None:
        return source
    try:
        data, ending = cut_photo(source, crop)
        whole = whole_photo(source) if crop is not None or crop_of(source) is None else None
    except (PhotoError, OSError, ValueError) as error:
        raise unusable(source, error) from error
    kept = keep(data, folder, sku, ending)
    if whole is not None:
        _write(whole[0], folder / WHOLES / f"{kept.stem}{whole[1]}")
    return kept


def whole_of(picture: str) -> Path | None:
    """The photograph a kept picture was cut from, if the library has it."""
    if not picture:
        return None
    kept = Path(picture)
    wholes = (kept.parent / WHOLES / f"{kept.stem}{ending}" for ending in (".jpg", ".png"))
    return next((path for path in wholes if file_there(path)), None)


def unusable(source: Path, error: Exception) -> StudioError:
    """The fault of a file that cannot be a picture, from what reading it raised: a `PhotoError` or the system's."""
    if isinstance(error, FileNotFoundError):
        return fault("library.missing", path=source)
    if isinstance(error, OSError):
        return fault("library.unusable", path=source, reason=reason_of(error))
    flaw = getattr(error, "flaw", None)
    return fault("library.unusable", path=source, reason=_(_FLAWS[flaw.value]) if flaw else error)


@dataclass(frozen=True, slots=True)
class MissedFile:
    """A picture or proof that could not be kept, and why in the reader's language."""

    sku: str
    reason: str


def keep_files(
    products: Iterable[Product],
    home: Home,
    known: Iterable[Product] = (),
    moved: Callable[[int], None] = lambda _done: None,
) -> tuple[list[Product], list[MissedFile]]:
    """The products with the library's own copies of their files; `moved` is told how many are done.

    One whose file will not do keeps the file it has among the `known`, or comes without.
    """
    before = {product.sku: product for product in known}
    kept: list[Product] = []
    missed: list[MissedFile] = []

    def copied(path: str, keep_one: Callable[[Path, Path, str], Path], folder: Path, sku: str, old: str) -> str:
        try:
            return str(keep_one(Path(path), folder, sku)) if path else ""
        except StudioError as error:
            missed.append(MissedFile(sku, str(error)))
            return old

    for product in products:
        sku, old = product.sku, before.get(product.sku, product)
        has = (old.picture, old.proof) if old is not product else ("", "")
        picture = copied(product.picture, keep_picture, home.pictures, sku, has[0])
        proof = copied(product.proof, keep_proof, home.proofs, sku, has[1])
        kept.append(replace(product, picture=picture, proof=proof))
        moved(len(kept))
    return kept, missed
