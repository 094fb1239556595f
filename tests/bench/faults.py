"""What each fault costs: how long until it is noticed, until the show is back, and what is missing afterwards.

    python -m tests.bench.faults [--only killed --only link] [--list]

Each case has a show of its own to two servers, one of which is healthy throughout. Noticed is counted from the fault,
back from the moment its cause is over. Lost is what the server that was struck does not have of the show: with a server
that was away it holds the time away too. Rows are seconds of health and typed orders the engine told of and the
log does not have. Prints one table. All cases take about a quarter of an hour; leave the computer alone meanwhile.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from studio.events import Event, HealthSampled, Noticed
from studio.output_states import OutputChanged, OutputState
from tests.bench.fault_stage import WEAK, Row, Stage, row_of
from tests.bench.faults_at_home import HOME_CASES

Case = Callable[[str, Path], Row]


def is_trouble(event: Event) -> bool:
    """Whatever tells the person that something is wrong."""
    return (isinstance(event, Noticed) and event.active) or (
        isinstance(event, OutputChanged) and event.state in (OutputState.RECONNECTING, OutputState.FAILED)
    )


def noticed(stage: Stage, after: int, since_s: float, deadline_s: float = 0.0) -> float | None:
    """Seconds until the person was told of anything; asked once the fault has lasted."""
    came = stage.client.when_any(is_trouble, after, deadline_s)
    return None if came is None else came - since_s


def back(stage: Stage, after: int, since_s: float, deadline_s: float = 60.0) -> float | None:
    """Seconds until the destination that was struck was on air again."""
    came = stage.when_output(WEAK, OutputState.LIVE, after, deadline_s)
    return None if came is None else came - since_s


def no_fault(name: str, folder: Path) -> Row:
    """What the counting itself calls lost."""
    with Stage(folder) as stage:
        stage.on_air(through_network=True, settle_s=10)
        return row_of(stage, name, None, None)


def server_killed(away_s: float) -> Case:
    def run(name: str, folder: Path) -> Row:
        with Stage(folder) as stage:
            stage.on_air()
            after, struck_s = stage.client.count, time.monotonic()
            stage.weak.stop()
            noticed_s = noticed(stage, after, struck_s, deadline_s=away_s)
            stage.pause.wait(struck_s + away_s - time.monotonic())
            stage.weak.start()
            back_s = back(stage, after, time.monotonic())
            stage.pause.wait(5)
            return row_of(stage, name, noticed_s, back_s, f"away {away_s:g} s")

    return run


def stops_reading(name: str, folder: Path) -> Row:
    """The line stands, nobody takes what is sent; it is ended by the studio."""
    with Stage(folder) as stage:
        stage.on_air(through_network=True)
        after, struck_s = stage.client.count, time.monotonic()
        stage.network.stops_reading = True
        stage.pause.wait(25)
        noticed_s = noticed(stage, after, struck_s)
        stage.network.stops_reading = False
        stage.network.cut()
        after, over_s = stage.client.count, time.monotonic()
        back_s = 0.0 if is_live(stage) else back(stage, after, over_s)
        stage.pause.wait(8)
        return row_of(stage, name, noticed_s, back_s, "25 s")


def closes_at_once(name: str, folder: Path) -> Row:
    """Every call is ended as soon as it is taken."""
    with Stage(folder) as stage:
        stage.on_air(through_network=True)
        after, struck_s = stage.client.count, time.monotonic()
        stage.network.hangs_up = True
        stage.network.cut()
        stage.pause.wait(15)
        noticed_s = noticed(stage, after, struck_s)
        stage.network.hangs_up = False
        over_s = time.monotonic()
        back_s = back(stage, after, over_s)
        stage.pause.wait(5)
        return row_of(stage, name, noticed_s, back_s, "15 s")


def link_down(name: str, folder: Path) -> Row:
    """Nothing goes through, and nobody is told: as a modem that has lost its network."""
    with Stage(folder) as stage:
        stage.on_air(through_network=True)
        after, struck_s = stage.client.count, time.monotonic()
        stage.network.swallows = True
        stage.pause.wait(30)
        noticed_s = noticed(stage, after, struck_s)
        stage.network.swallows = False
        stage.network.cut()
        after, over_s = stage.client.count, time.monotonic()
        back_s = 0.0 if is_live(stage) else back(stage, after, over_s)
        stage.pause.wait(8)
        return row_of(stage, name, noticed_s, back_s, "30 s")


def throttled(share: float, *, broken: bool = False, alone: bool = False) -> Case:
    """The link carries a part of what the show needs, for 30 s; `broken`: the line is also lost once.

    `alone`: there is no healthy destination, whose viewers the show would rather not take anything from.
    """

    def run(name: str, folder: Path) -> Row:
        with Stage(folder) as stage:
            show = stage.show(through_network=True)
            show = replace(show, destinations=show.destinations[:1]) if alone else show
            stage.on_air(show, settle_s=8)
            before = stage.network.carried_bytes
            stage.pause.wait(5)
            needed_kbps = (stage.network.carried_bytes - before) * 8 / 1000 / 5
            after, struck_s = stage.client.count, time.monotonic()
            stage.network.rate_kbps = share * needed_kbps
            if broken:
                stage.network.cut()
            before = stage.network.carried_bytes
            stage.pause.wait(30)
            used = (stage.network.carried_bytes - before) * 8 / 1000 / 30 / (share * needed_kbps)
            noticed_s = noticed(stage, after, struck_s)
            stage.network.rate_kbps = None
            over_s = time.monotonic()
            back_s = full_rate(stage, needed_kbps * len(show.destinations), over_s)
            return row_of(
                stage, name, noticed_s, back_s, f"of {needed_kbps:.0f} kb/s, {used:.0%} used; back: full rate"
            )

    return run


def full_rate(stage: Stage, needed_kbps: float, since_s: float, deadline_s: float = 40.0) -> float | None:
    """Seconds until all destinations together get what they got before."""
    rate = 0.9 * needed_kbps
    came = stage.client.when(HealthSampled, lambda e: e.sent_kbps >= rate, stage.client.count, deadline_s)
    return None if came is None else came - since_s


def is_live(stage: Stage) -> bool:
    states = [event.state for event in stage.client.told(OutputChanged) if event.name == WEAK]
    return states[-1] is OutputState.LIVE


CASES: dict[str, Case] = {
    "no fault": no_fault,
    **{f"server killed, {away_s} s": server_killed(away_s) for away_s in (5, 20, 65, 110)},
    "server stops reading": stops_reading,
    "server closes at once": closes_at_once,
    "link throttled to 60 %": throttled(0.6),
    "link throttled to 25 %": throttled(0.25),
    "the only link at 60 %": throttled(0.6, alone=True),
    "the only link at 25 %": throttled(0.25, alone=True),
    "link lost and at 60 %": throttled(0.6, broken=True),
    "link lost and at 25 %": throttled(0.25, broken=True),
    "link down": link_down,
    **HOME_CASES,
}


def print_table(rows: list[Row]) -> None:
    heads = ("fault", "noticed", "back", "video lost", "audio lost", "rows lost", "healthy lost")
    print(f"{heads[0]:26}" + "".join(f"{head:>13}" for head in heads[1:]) + "  remark")
    for row in rows:
        figures = (row.noticed_s, row.back_s, row.video_lost_s, row.audio_lost_s, row.rows_lost, row.healthy_lost_s)
        cells = "".join(f"{'-' if figure is None else f'{figure:g}':>13}" for figure in figures)
        print(f"{row.name:26}{cells}  {row.remark}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="PART", help="of a name; may be repeated")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    names = [name for name in CASES if not args.only or any(part in name for part in args.only)]
    if args.list:
        print("\n".join(names))
        return 0
    rows, broken = [], 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="nongbo-faults-") as folder:
            try:
                rows.append(CASES[name](name, Path(folder)))
            except Exception as error:
                traceback.print_exc()
                broken += 1
                rows.append(Row(name, None, None, None, None, None, None, f"the case broke: {error!r}"[:100]))
        print_table(rows[-1:])
        sys.stdout.flush()
    print()
    print_table(rows)
    print(json.dumps([asdict(row) for row in rows]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
