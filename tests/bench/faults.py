"""What each fault costs: how long until it is noticed, until the show is back, and what is missing afterwards.

    python -m tests.bench.faults [--only killed --only link] [--list]

Each case has a show of its own to two servers, one of which is healthy throughout. `fault.py` says what the columns
mean. Prints one table. All cases take about half an hour; leave the computer alone meanwhile.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from studio.config import ShowConfig
from studio.events import Event
from studio.output_states import OutputChanged, OutputState
from studio.quality import QualityChanged
from studio.reports import ShowReport
from tests.bench.fault import Fault, Row, play, print_table
from tests.bench.fault_stage import KBPS, WEAK, Stage
from tests.bench.faults_at_home import HOME_FAULTS
from tests.end2end.narrow_link import NarrowLink

SLOW_FOR_S = 30.0
MEASURED_OVER_S = 5.0


class NoFault(Fault):
    """What the counting itself calls lost."""

    through_network = True
    settle_s = 10.0

    def when_noticed(self, stage: Stage, after: int) -> float | None:
        return None


class ServerKilled(Fault):
    def __init__(self, away_s: float) -> None:
        self.lasts_s = away_s

    def strike(self, stage: Stage) -> None:
        stage.weak.stop()

    def end(self, stage: Stage) -> None:
        stage.weak.start()


class StopsReading(Fault):
    """The line stands, nobody takes what is sent; it is ended by the studio."""

    through_network = True
    lasts_s = 25.0
    after_s = 8.0

    def strike(self, stage: Stage) -> None:
        stage.network.stops_reading = True

    def end(self, stage: Stage) -> None:
        stage.network.stops_reading = False
        stage.network.cut()


class ServerHangs(Fault):
    """The system still takes calls for it, and nobody says a word."""

    lasts_s = 15.0

    def strike(self, stage: Stage) -> None:
        os.kill(stage.weak.pid, signal.SIGSTOP)

    def end(self, stage: Stage) -> None:
        os.kill(stage.weak.pid, signal.SIGCONT)


class Stranded(Fault):
    """The line leads nowhere any more and nobody says so; the server is there, as after a change of the own address."""

    through_network = True

    def strike(self, stage: Stage) -> None:
        stage.network.strand()

    def is_notice(self, event: Event) -> bool:
        return isinstance(event, OutputChanged) and event.state is OutputState.RECONNECTING

    def is_back(self, stage: Stage) -> bool:
        return any(map(self.is_notice, stage.client.told(OutputChanged))) and super().is_back(stage)


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

    def strike(self, stage: Stage) -> None:
        stage.network.swallows = True

    def end(self, stage: Stage) -> None:
        stage.network.swallows = False
        stage.network.cut()


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
        self._needed_kbps = self._used = 0.0
        self._carried_bytes = 0

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
        self._used = carried_kbps / (self._share * self._needed_kbps)
        stage.network.rate_kbps = None

    def is_back(self, stage: Stage) -> bool:
        changes = stage.client.told(QualityChanged)
        whole = not changes or changes[-1].slowest is None
        return whole and not stage.problems("network.", "slow.") and super().is_back(stage)

    def remark(self, stage: Stage, report: ShowReport) -> str:
        told = ", ".join(dict.fromkeys(stage.steps("network.", "slow."))) or "nothing"
        least = min((change.kbps for change in stage.client.told(QualityChanged)), default=KBPS)
        left_out = next(output for output in report.outputs if output.name == WEAK).dropped_packets
        return (
            f"of {self._needed_kbps:.0f} kb/s {self._used:.0%} used, picture down to {least} kb/s, "
            f"{left_out} packets left out, told: {told}"
        )


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
    "link down, 30 s": LinkDown,
    "link at 60 %": lambda: Throttled(0.6),
    "link at 25 %": lambda: Throttled(0.25),
    "link at 12 %": lambda: Throttled(0.12),
    "link lost and at 60 %": lambda: Throttled(0.6, broken=True),
    "link lost and at 25 %": lambda: Throttled(0.25, broken=True),
    "the only link at 60 %": lambda: Throttled(0.6, alone=True),
    "the only link at 25 %": lambda: Throttled(0.25, alone=True),
    "the only link at 60 % (tbf)": lambda: Throttled(0.6, alone=True, narrow=True),
    "the only link at 25 % (tbf)": lambda: Throttled(0.25, alone=True, narrow=True),
    **HOME_FAULTS,
}
if not NarrowLink.possible():
    FAULTS = {name: fault for name, fault in FAULTS.items() if "tbf" not in name}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="PART", help="of a name; may be repeated")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    names = [name for name in FAULTS if not args.only or any(part in name for part in args.only)]
    if args.list:
        print("\n".join(names))
        return 0
    rows, broken = [], 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="nongbo-faults-") as folder:
            try:
                rows.append(play(name, FAULTS[name](), Path(folder)))
            except Exception as error:
                traceback.print_exc()
                broken += 1
                rows.append(Row(name, remark=f"the case broke: {error!r}"[:100]))
        print_table(rows[-1:])
        sys.stdout.flush()
    print()
    print_table(rows)
    print(json.dumps([asdict(row) for row in rows]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
