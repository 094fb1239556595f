"""What each fault costs: how long until it is noticed, until the show is back, and what is missing afterwards.

    python -m tests.bench.faults [--only killed --only link] [--skip tbf] [--list]

Each case has a show of its own to two servers, one of which is healthy throughout. `fault.py` says what the columns
mean. Prints one table in Markdown, each figure with its bound, and ends with 1 where one is out of bounds or a case
broke. All cases take about half an hour; leave the computer alone meanwhile.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from studio.config import ShowConfig
from studio.destinations import keep_destinations
from studio.events import Event, Noticed
from studio.output_states import OutputChanged, OutputState
from studio.presets import KUAISHOU
from studio.quality import QualityChanged
from studio.reports import ShowReport
from tests.bench.fault import HEADS, SOUND_LOST_S, UNHURT, Fault, Row, play, print_heads, print_row
from tests.bench.fault_stage import KBPS, WEAK, Stage
from tests.bench.faults_at_home import HOME_FAULTS
from tests.bench.faults_starved import STARVED_FAULTS
from tests.end2end.narrow_link import NarrowLink, SecondDoor

GIVEN_UP_S = 7.0  # nothing arrives for five seconds, looked at once a second
LETS_GO = "drop idle publisher"  # as nginx-rtmp logs it
LETS_GO_DEADLINE_S = 60.0
SLOW_FOR_S = 30.0
USED = 0.85
KEPT_S, STALL_S = 1.0, 1.0  # a player keeps so little ahead, and stops for so long at most
STOOD_S, VOICE_STOOD_S = 0.8, 1.5  # at most, where nothing may be missed; where the voice may not be
VOICE_LATE_S = 4.5
MEASURED_OVER_S = 5.0
TOLD_WITHIN_S = 1.5  # an outage is looked at once a second


class NoFault(Fault):
    """What the counting itself calls lost."""

    through_network = True
    settle_s = 10.0
    at_most = UNHURT

    def when_noticed(self, stage: Stage, after: int) -> float | None:
        return None

    def wrongly_told(self, stage: Stage) -> int:
        return len(stage.steps("network.", "slow."))


class ServerKilled(Fault):
    """It is Kuaishou's, which closes a room that nothing comes for: the time that is left is told, and its end."""

    def __init__(self, away_s: float) -> None:
        self.lasts_s = away_s

    def show(self, stage: Stage) -> ShowConfig:
        weak, healthy = (show := super().show(stage)).destinations
        places = (replace(weak, platform=KUAISHOU.platform), healthy)
        keep_destinations(stage.home, places)
        return replace(show, destinations=places)

    def wrongly_told(self, stage: Stage) -> int:
        """That the room closes, not told at once; that it is closed, told too early, too late or for nothing."""
        lost_s, closed_s = self._told_s(stage, "output.closing"), self._told_s(stage, "output.room_closed")
        assert KUAISHOU.closes_after_s is not None
        if lost_s is None or self.lasts_s < KUAISHOU.closes_after_s:
            return (lost_s is None) + (closed_s is not None)
        return int(closed_s is None or abs(closed_s - lost_s - KUAISHOU.closes_after_s) > TOLD_WITHIN_S)

    def remark(self, stage: Stage, report: ShowReport) -> str:
        lost_s, closed_s = self._told_s(stage, "output.closing"), self._told_s(stage, "output.room_closed")
        return "" if lost_s is None or closed_s is None else f"room said to be closed after {closed_s - lost_s:.1f} s"

    def _told_s(self, stage: Stage, code: str) -> float | None:
        """When a problem was first told of the destination."""
        told = (
            came_s
            for came_s, event in zip(stage.client.came_s, stage.client.events, strict=False)
            if isinstance(event, OutputChanged) and event.problem is not None and event.problem.code == code
        )
        return next(told, None)

    def strike(self, stage: Stage) -> None:
        stage.weak.stop()

    def end(self, stage: Stage) -> None:
        stage.weak.start()


class StopsReading(Fault):
    """The line stands, nobody takes what is sent; it is ended by the studio."""

    through_network = True
    lasts_s = 25.0
    after_s = 8.0
    at_most: Mapping[str, float] = {"noticed_s": GIVEN_UP_S, "back_s": 3.0}

    def strike(self, stage: Stage) -> None:
        stage.network.stops_reading = True

    def end(self, stage: Stage) -> None:
        stage.network.stops_reading = False
        stage.network.cut()


class ServerHangs(Fault):
    """The system still takes calls for it, and nobody says a word."""

    lasts_s = 15.0
    at_most: Mapping[str, float] = {"noticed_s": GIVEN_UP_S, "back_s": 3.0}

    def strike(self, stage: Stage) -> None:
        os.kill(stage.weak.pid, signal.SIGSTOP)

    def end(self, stage: Stage) -> None:
        os.kill(stage.weak.pid, signal.SIGCONT)


class Stranded(Fault):
    """The line leads nowhere any more and nobody says so; the server is there, as after a change of the own address."""

    through_network = True
    at_most: Mapping[str, float] = {"noticed_s": 4.0, "back_s": 5.0}  # both from the moment the line is cut

    def strike(self, stage: Stage) -> None:
        stage.network.strand()

    def is_notice(self, event: Event) -> bool:
        return isinstance(event, OutputChanged) and event.state is OutputState.RECONNECTING

    def is_back(self, stage: Stage) -> bool:
        return any(map(self.is_notice, stage.client.told(OutputChanged))) and super().is_back(stage)


class HeldByServer(Fault):
    """The line breaks and nobody tells the server: it refuses the next one until it has noticed by itself.

    Back is counted from then on.
    """

    through_network = True
    lasts_s = 1.0  # at least

    def show(self, stage: Stage) -> ShowConfig:
        stage.weak.stop()
        stage.weak.drops_idle_s = 15
        stage.weak.start()
        return super().show(stage)

    def strike(self, stage: Stage) -> None:
        stage.network.abandon()

    def when_noticed(self, stage: Stage, after: int) -> float | None:
        noticed_s, log = super().when_noticed(stage, after), stage.weak.folder / "error.log"
        until_s = time.monotonic() + LETS_GO_DEADLINE_S
        while LETS_GO not in log.read_text(errors="replace"):
            stage.pause.wait(0.05)
            if time.monotonic() > until_s:
                raise TimeoutError("the server holds the line for ever")
        return noticed_s


class ClosesAtOnce(Fault):
    """Every call is ended as soon as it is taken."""

    through_network = True
    lasts_s = 15.0

    def strike(self, stage: Stage) -> None:
        stage.network.hangs_up = True
        stage.network.cut()

    def end(self, stage: Stage) -> None:
        stage.network.hangs_up = False


class LinkDown(Fault):
    """Nothing goes through, and nobody is told: as a modem that has lost its network."""

    through_network = True
    lasts_s = 30.0
    after_s = 8.0
    at_most: Mapping[str, float] = {"noticed_s": GIVEN_UP_S, "back_s": 3.0}

    def strike(self, stage: Stage) -> None:
        stage.network.swallows = True

    def end(self, stage: Stage) -> None:
        stage.network.swallows = False
        stage.network.cut()


class OnlyLinkDown(LinkDown):
    """As that, where there is no other destination: what comes back is whole, and nothing is told of a slow network."""

    def __init__(self) -> None:
        self._over = 0

    def show(self, stage: Stage) -> ShowConfig:
        show = super().show(stage)
        return replace(show, destinations=show.destinations[:1])

    def end(self, stage: Stage) -> None:
        super().end(stage)
        self._over = stage.count

    def wrongly_told(self, stage: Stage) -> int:
        told = (event for event in stage.client.events[self._over :] if isinstance(event, Noticed) and event.active)
        return sum(event.problem.code.startswith(("network.", "slow.")) for event in told)


class Throttled(Fault):
    """The link carries a part of what the show needs; `broken`: the line is also lost once.

    `alone`: there is no healthy destination, whose viewers the show would rather not take anything from; `narrow`: the
    system's own link is throttled, which has a queue. Back is the whole picture, with every notice taken back.
    """

    through_network = True
    settle_s = 8.0
    lasts_s = SLOW_FOR_S

    def __init__(self, share: float, *, broken: bool = False, alone: bool = False, narrow: bool = False) -> None:
        self._share = share
        self._broken = broken
        self._alone = alone
        self._narrow = narrow
        self.holds = not broken
        self._needed_kbps = 0.0
        self._carried_bytes = 0
        self.at_most = {"noticed_s": 5.0, "back_s": 20.0} | _stands_at_most(share, broken)
        self.at_least = {"used": USED}

    def show(self, stage: Stage) -> ShowConfig:
        if self._narrow:
            stage.lead_through(NarrowLink(stage.weak.rtmp_port))
        show = stage.show(through_network=True)
        return replace(show, destinations=show.destinations[:1]) if self._alone else show

    def prepare(self, stage: Stage) -> None:
        before = stage.network.carried_bytes
        stage.pause.wait(MEASURED_OVER_S)
        self._needed_kbps = (stage.network.carried_bytes - before) * 8 / 1000 / MEASURED_OVER_S

    def strike(self, stage: Stage) -> None:
        self._carried_bytes = stage.network.carried_bytes
        stage.network.rate_kbps = self._share * self._needed_kbps
        if self._broken:
            stage.network.cut()

    def end(self, stage: Stage) -> None:
        carried_kbps = (stage.network.carried_bytes - self._carried_bytes) * 8 / 1000 / SLOW_FOR_S
        self.used = carried_kbps / (self._share * self._needed_kbps)
        stage.network.rate_kbps = None

    def is_back(self, stage: Stage) -> bool:
        changes = stage.client.told(QualityChanged)
        whole = not changes or changes[-1].slowest is None
        return whole and not stage.problems("network.", "slow.") and super().is_back(stage)

    def wrongly_told(self, stage: Stage) -> int:
        return len(stage.steps("slow."))

    def remark(self, stage: Stage, report: ShowReport) -> str:
        told = ", ".join(dict.fromkeys(stage.steps("network.", "slow."))) or "nothing"
        least = min((change.kbps for change in stage.client.told(QualityChanged)), default=KBPS)
        left_out = next(output for output in report.outputs if output.name == WEAK).dropped_packets
        return (
            f"{self._share:.0%} of {self._needed_kbps:.0f} kb/s, picture down to {least} kb/s, "
            f"{left_out} packets left out, told: {told}"
        )


class Shared(Throttled):
    """The system's own link is throttled, and both destinations are behind it: each is to have its half."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.hurts_healthy = share < 0.6

    def show(self, stage: Stage) -> ShowConfig:
        link = NarrowLink(stage.weak.rtmp_port)
        stage.lead_through(link)
        stage.lead_beside(SecondDoor(link, stage.healthy.rtmp_port))
        return stage.show(through_network=True)


class Untold(Throttled):
    """On a system that tells the relays nothing of their lines, as Windows and macOS."""

    def engine(self, folder: Path) -> tuple[str, ...]:
        return sys.executable, "-m", "tests.bench.untold_engine"


def _stands_at_most(share: float, broken: bool) -> dict[str, float]:
    """Where the line is lost as well, its coming back is what may be missed.

    At a quarter the voice is whole, and comes late: a whole keyframe of the rate before is on its way with it.
    """
    if broken:
        return {"video_stood_s": 3.0, "audio_stood_s": 3.0, "audio_lost_s": 3.0}
    if share >= 0.6:
        late = dict.fromkeys(("video_late_s", "audio_late_s"), KEPT_S + STALL_S)
        return {"video_stood_s": STOOD_S, "audio_stood_s": STOOD_S, "audio_lost_s": SOUND_LOST_S} | late
    if share >= 0.25:
        return {"audio_stood_s": VOICE_STOOD_S, "audio_late_s": VOICE_LATE_S, "audio_lost_s": SOUND_LOST_S}
    return {"audio_stood_s": 2 * VOICE_STOOD_S, "audio_lost_s": SOUND_LOST_S}


FAULTS: dict[str, Callable[[], Fault]] = {
    "no fault": NoFault,
    "server killed, 5 s": lambda: ServerKilled(5),
    "server killed, 20 s": lambda: ServerKilled(20),
    "server killed, 65 s": lambda: ServerKilled(65),
    "server killed, 110 s": lambda: ServerKilled(110),
    "server stops reading": StopsReading,
    "server hangs, 15 s": ServerHangs,
    "server closes at once": ClosesAtOnce,
    "line leads nowhere": Stranded,
    "server holds the old line": HeldByServer,
    "link down, 30 s": LinkDown,
    "the only link down, 30 s": OnlyLinkDown,
    "link at 60 %": lambda: Throttled(0.6),
    "link at 25 %": lambda: Throttled(0.25),
    "link at 12 %": lambda: Throttled(0.12),
    "link lost and at 60 %": lambda: Throttled(0.6, broken=True),
    "link lost and at 25 %": lambda: Throttled(0.25, broken=True),
    "the only link at 60 %": lambda: Throttled(0.6, alone=True),
    "the only link at 25 %": lambda: Throttled(0.25, alone=True),
    "the only link at 60 % (tbf)": lambda: Throttled(0.6, alone=True, narrow=True),
    "the only link at 25 % (tbf)": lambda: Throttled(0.25, alone=True, narrow=True),
    "two at 60 % of one link (tbf)": lambda: Shared(0.6),
    "two at 25 % of one link (tbf)": lambda: Shared(0.25),
    "the only link at 60 % (untold)": lambda: Untold(0.6, alone=True),
    "the only link at 25 % (untold)": lambda: Untold(0.25, alone=True),
    **HOME_FAULTS,
    **STARVED_FAULTS,
}
if not NarrowLink.possible():
    FAULTS = {name: fault for name, fault in FAULTS.items() if "tbf" not in name}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="PART", help="of a name; may be repeated")
    parser.add_argument("--skip", action="append", default=[], metavar="PART", help="of a name; may be repeated")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    names = [name for name in FAULTS if not args.only or any(part in name for part in args.only)]
    names = [name for name in names if not any(part in name for part in args.skip)]
    if args.list:
        print("\n".join(names))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # show, servers and networks end with it
    rows, broken = [], 0
    begun_s = time.monotonic()
    print_heads()
    for name in names:
        with tempfile.TemporaryDirectory(prefix="nongbo-faults-") as folder:
            try:
                rows.append(play(name, FAULTS[name](), Path(folder)))
            except Exception as error:
                traceback.print_exc()
                broken += 1
                rows.append(Row(name, remark=f"THE CASE BROKE: {error!r}"[:100]))
        print_row(rows[-1])
    out = [f"{row.name} ({', '.join(map(HEADS.__getitem__, row.out))})" for row in rows if row.out]
    minutes = (time.monotonic() - begun_s) / 60
    print(f"\n{len(rows)} cases in {minutes:.1f} minutes: {len(rows) - len(out) - broken} within all bounds, ", end="")
    print(f"{len(out)} OUT OF BOUNDS, {broken} broke. {'; '.join(out)}".strip())
    print(json.dumps([asdict(row) for row in rows]))
    return 1 if broken or out else 0


if __name__ == "__main__":
    sys.exit(main())
