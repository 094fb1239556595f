"""Sound that is too quiet, too loud, or spoken into a muted microphone; all fed with peaks, ten a second.

A peak is the loudest sample of the last two tenths of a second, so nothing is missed.
"""

from collections import deque

from studio.health.alarm import Limit

SILENT_DBFS, HEARD_DBFS = -50.0, -45.0  # a quiet room is below, whoever speaks near the microphone far above
FULL_DBFS = -0.2  # a sample that was cut off stands at full scale
CLIPPED_SAMPLES = 50  # 5 s
CLIPPED_SHARE, CLEAN_SHARE = 0.2, 0.04
SPOKEN_DBFS = -35.0  # of the voice as it would be sent; the window calls less than that quiet
SPOKEN_SAMPLES = 30  # 3 s
SPOKEN_SHARE, UNSPOKEN_SHARE = 0.4, 0.1


class Silence:
    """Whether what is sent cannot be heard."""

    def __init__(self) -> None:
        self._limit = Limit(SILENT_DBFS, HEARD_DBFS)

    def take(self, sent_peak_dbfs: float) -> bool:
        return self._limit.take(sent_peak_dbfs)


class Clipping:
    """Whether the microphone is so loud that its sound is cut off, again and again within five seconds."""

    def __init__(self) -> None:
        self._limit = Limit(CLIPPED_SHARE, CLEAN_SHARE)
        self._full: deque[bool] = deque(maxlen=CLIPPED_SAMPLES)

    def take(self, voice_peak_dbfs: float) -> bool:
        """The peak of the microphone as it came, before any limiter: what that one lowers is distorted already."""
        self._full.append(voice_peak_dbfs >= FULL_DBFS)
        return self._limit.take(sum(self._full) / CLIPPED_SAMPLES)


class MutedVoice:
    """Whether somebody speaks while the microphone is muted."""

    def __init__(self) -> None:
        self._limit = Limit(SPOKEN_SHARE, UNSPOKEN_SHARE)
        self._spoken: deque[bool] = deque(maxlen=SPOKEN_SAMPLES)

    def take(self, treated_peak_dbfs: float, muted: bool) -> bool:
        """The peak of the microphone with its gain, as it would be sent if it were not muted."""
        if not muted:
            self._spoken.clear()
        else:
            self._spoken.append(treated_peak_dbfs >= SPOKEN_DBFS)
        return self._limit.take(sum(self._spoken) / SPOKEN_SAMPLES)
