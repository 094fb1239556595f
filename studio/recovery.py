"""What the last run left behind: recordings that are no film yet."""

from pathlib import Path

from studio.events import RecordingFinished
from studio.media.finishing import FILM_SUFFIX, RECORDING_SUFFIX
from studio.store.rows import Recorded
from studio.store.store import Store


def recordings_left(store: Store) -> tuple[Recorded, ...]:
    """The recordings that still have to be made into films, oldest first.

    A film whose recording is gone was finished by a process that outlived its engine: the log is put right.
    """
    left = []
    for recorded in store.recordings_ending_in(RECORDING_SUFFIX):
        film = Path(recorded.path).with_suffix(FILM_SUFFIX)
        if Path(recorded.path).exists():
            left.append(recorded)
        elif film.exists():
            store.write_events(recorded.session_id, [RecordingFinished(recorded.session_id, recorded.path, str(film))])
    return tuple(left)
