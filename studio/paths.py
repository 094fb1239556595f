"""Where the studio keeps its things: one home folder, moved whole by `--home` or `NONGBO_HOME`."""

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import platformdirs

from studio.errors import fault, reason_of

APP_NAME = "nongbo"


@dataclass(frozen=True, slots=True)
class Home:
    """The studio's folder and the places in it; `ensure` makes them."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "nongbo.sqlite3"

    @property
    def recordings(self) -> Path:
        return self.root / "recordings"

    @property
    def pictures(self) -> Path:
        return self.root / "pictures"

    @property
    def proofs(self) -> Path:
        """Certificates and test reports of the shop's products."""
        return self.root / "proofs"

    @property
    def prints(self) -> Path:
        """Labels and posters that were opened to be printed."""
        return self.root / "prints"

    @property
    def templates(self) -> Path:
        """Templates of cards and other overlays that the seller has added."""
        return self.root / "templates"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def aside(self) -> Path:
        """A file without meaning, given up where the disk is so full that nothing can begin."""
        return self.root / "spare.room"

    @property
    def lock(self) -> Path:
        return self.root / "engine.lock"

    @property
    def engine_address(self) -> Path:
        return self.root / "engine.json"

    @property
    def plan(self) -> Path:
        return self.root / "show.json"

    @property
    def run(self) -> Path:
        """The run of the next show: what comes when."""
        return self.root / "run.json"

    @property
    def running_show(self) -> Path:
        return self.root / "on_air.json"

    @property
    def destinations(self) -> Path:
        return self.root / "destinations.json"

    @property
    def accounts(self) -> Path:
        """The sellers' accounts at platforms."""
        return self.root / "accounts.json"

    @property
    def encoders(self) -> Path:
        """What the trials of encoders on this computer found."""
        return self.root / "encoders.json"

    @property
    def buyer_salt(self) -> Path:
        """What makes the hashes of buyers this studio's own."""
        return self.root / "buyers.salt"

    @property
    def order_mappings(self) -> Path:
        """Which column of which order file means what, as a person said."""
        return self.root / "order_mappings.json"

    def ensure(self) -> "Home":
        """Makes the folders; raises `home.unwritable` where that cannot be."""
        try:
            for folder in (self.root, self.recordings, self.pictures, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".write-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise fault("home.unwritable", path=self.root, reason=reason_of(error)) from error
        return self


def home(given: str | os.PathLike[str] | None = None) -> Home:
    """The home that was asked for, else `NONGBO_HOME`, else the user's data folder."""
    chosen = given or os.environ.get("NONGBO_HOME") or platformdirs.user_data_dir(APP_NAME, appauthor=False)
    return Home(Path(chosen).expanduser().resolve())


def full_path(text: str) -> Path:
    """The file or folder that was typed, whole; after a colon or an equals sign shells leave `~` as it is."""
    return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111 - Path's own raises where there is no such person


def there(path: str | os.PathLike[str]) -> bool:
    """Whether anything is at that place, as far as one may look: before Python 3.14 `Path.exists` raises otherwise."""
    return os.path.exists(path)  # noqa: PTH110


def file_there(path: str | os.PathLike[str]) -> bool:
    """As `there`, for a file."""
    return os.path.isfile(path)  # noqa: PTH113


def why_closed(path: str | os.PathLike[str]) -> str:
    """Why one may not look there, in the source language; empty where one may, and where nothing is there."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return ""
    except OSError as error:
        return reason_of(error)
    return ""


def asset(*parts: str) -> Path:
    """A file the program carries."""
    return Path(str(files("assets").joinpath(*parts)))
