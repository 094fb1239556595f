"""The platforms: whether they answer, whether the key is there, and, where the person allows it, the upload."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime

from studio.addresses import without_secrets
from studio.checks import Check, CheckPlan, CheckResult, Line, Outcome
from studio.config import DestinationConfig, ShowConfig, old_key
from studio.errors import Problem, StudioError
from studio.health.preflight.supplies import stream_kbps
from studio.health.preflight.trial_stream import measure_kbps, padded
from studio.i18n import N_
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError
from studio.media.virtual_camera import open_virtual_camera
from studio.presets import recognised

UPLOAD_S = 10.0
MARGIN = 1.3  # a link that is only just enough breaks at the first neighbour who watches a film
OFFERED = 1.05  # above the margin, so that what comes out is not rounded down to a failure

HELD_S = 3.0  # some servers take any key, and look at it when the first picture comes: what holds so long is taken
HUNG_UP = N_("it hung up without a word")
UNTOLD = {"no_name": N_("nobody knows its name"), "silent": N_("it says nothing")}
ALL_OF_IT = Line.of(N_("Whether they answer, the keys, the upload."))
BY_CAMERA = Line.of(N_("The platform's own program sends it: a virtual camera needs neither key nor upload here."))
STOPPED = Line.of(N_("It was stopped."))
KEY_LEFT_OUT = Line.of(N_("Whether the platform takes it."))


def check_answers(show: ShowConfig, stopping: threading.Event) -> Iterator[CheckResult]:
    """One result per destination: it is called and asked for its application, and nothing is published."""
    if show.rehearsal or not show.destinations:
        yield CheckResult(Check.DESTINATION, Outcome.NOT_CHECKED, _why_nobody(show), ALL_OF_IT)
        return
    for destination in show.destinations:
        if stopping.is_set():
            return
        yield _camera(destination, show) if destination.camera is not None else _answer(destination, stopping)


def _camera(destination: DestinationConfig, show: ShowConfig) -> CheckResult:
    """A virtual camera is opened and let go again."""
    left_out = Line.of(N_("Whether the platform's own program takes its picture."))
    try:
        open_virtual_camera(destination.camera or "", show.canvas).close()
    except StudioError as error:
        found = Line.of(N_("The virtual camera was asked for."))
        return CheckResult(Check.DESTINATION, Outcome.BAD, found, left_out, error.problem, about=destination.name)
    found = Line.of(N_("The virtual camera opens."))
    return CheckResult(Check.DESTINATION, Outcome.GOOD, found, left_out, about=destination.name)


def _why_nobody(show: ShowConfig) -> Line:
    if show.rehearsal:
        return Line.of(N_("A rehearsal calls no platform."))
    if show.destinations:
        return BY_CAMERA
    return Line.of(N_("No platform is chosen yet."))


def _answer(destination: DestinationConfig, stopping: threading.Event) -> CheckResult:
    call = RtmpCall(PushAddress.of(destination.url.reveal()), stopping)
    left_out = Line.of(N_("The key, and whether your account may go live."))
    begin_s = time.monotonic()
    try:
        call.open()
    except CallError as failure:
        if stopping.is_set():  # that was us
            return CheckResult(Check.DESTINATION, Outcome.NOT_CHECKED, STOPPED, left_out, about=destination.name)
        found = Line.of(N_("{address} was called."), address=destination.shown)
        problem = _problem(destination, failure)
        return CheckResult(Check.DESTINATION, Outcome.BAD, found, left_out, problem, about=destination.name)
    finally:
        call.close()
    milliseconds = round((time.monotonic() - begin_s) * 1000)
    found = Line.of(N_("It answers within {milliseconds} ms and takes the call."), milliseconds=milliseconds)
    return CheckResult(Check.DESTINATION, Outcome.GOOD, found, left_out, about=destination.name)


def _problem(destination: DestinationConfig, failure: CallError) -> Problem:
    """The four lines of a call that failed; the key is taken out of the server's words."""
    reason = without_secrets(failure.reason, destination.url.reveal())
    name = destination.name
    match failure.kind:
        case "no_name":
            problem = Problem.of("check.no_name", name=name, host=PushAddress.of(destination.url.reveal()).host)
        case "unreachable":
            problem = Problem.of("check.unreachable", name=name, reason=reason)
        case "untrusted":
            problem = Problem.of("check.untrusted", name=name, reason=reason)
        case "no_rtmp":
            problem = Problem.of("check.no_rtmp", name=name, reason=reason)
        case "refused":
            problem = Problem.of("check.refused", name=name, reason=reason)
        case "silent":
            problem = Problem.of("check.silent", name=name)
        case _:
            problem = Problem.of("check.hung_up", name=name)
    return problem


def check_keys(show: ShowConfig, now: datetime) -> Iterator[CheckResult]:
    """One result per destination: only that there is a key, and its age, can be seen without going on air."""
    if show.rehearsal or not show.destinations:
        yield CheckResult(Check.KEY, Outcome.NOT_CHECKED, _why_nobody(show), KEY_LEFT_OUT)
        return
    for destination in show.destinations:
        name = destination.name
        if destination.camera is not None:
            yield CheckResult(Check.KEY, Outcome.NOT_CHECKED, BY_CAMERA, KEY_LEFT_OUT, about=name)
        elif (old := old_key(destination, now)) is not None:
            found = Line.of(N_("When the key was given was looked up."))
            yield CheckResult(Check.KEY, Outcome.BAD, found, KEY_LEFT_OUT, old, about=name)
        elif PushAddress.of(destination.url.reveal()).stream:
            found = Line.of(N_("The key itself was not tried: that would put you on air."))
            yield CheckResult(Check.KEY, Outcome.NOT_CHECKED, found, KEY_LEFT_OUT, about=name)
        else:
            found = Line.of(N_("{address} was read."), address=destination.shown)
            problem = Problem.of("check.key_missing", name=name)
            yield CheckResult(Check.KEY, Outcome.BAD, found, KEY_LEFT_OUT, problem, about=name)


def check_upload(
    show: ShowConfig, plan: CheckPlan, stopping: threading.Event, seconds: float = UPLOAD_S
) -> Iterator[CheckResult]:
    """Ten seconds of a test picture to one destination, where that may be; what it says of the key comes with it.

    RTMP knows no way to send without publishing. So it is done only when the person has said that the room is
    closed, and never where a platform opens the room by itself and an address is good for one broadcast.
    """
    needed_kbps = round(stream_kbps(show) * max(1, len(show.servers)) * MARGIN)
    left_out = Line.of(N_("The speed at another hour, and the way to other platforms."))
    if show.rehearsal or not show.servers:
        yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, _why_nobody(show), left_out)
        return
    if not plan.room_closed:
        found = Line.of(N_("It needs {needed} kb/s. Measuring sends a test picture with your key."), needed=needed_kbps)
        yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, found, left_out)
        return
    able = [place for place in show.servers if not _opens_by_itself(place)]
    if not able:
        found = Line.of(N_("Any picture opens the room there, and uses the key up. So nothing was sent."))
        yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, found, left_out)
        return
    yield from _measured(able[0], needed_kbps, left_out, stopping, seconds)


def _opens_by_itself(destination: DestinationConfig) -> bool:
    """By what the person chose and by the host: platforms hand out addresses of other people's servers too."""
    by_host = recognised(destination.url.reveal())
    return bool(destination.preset.single_use or (by_host is not None and by_host.single_use))


def _measured(
    destination: DestinationConfig, needed_kbps: int, left_out: Line, stopping: threading.Event, seconds: float
) -> Iterator[CheckResult]:
    name = destination.name
    call = RtmpCall(PushAddress.of(destination.url.reveal()), stopping)
    loop = padded(round(needed_kbps * OFFERED))  # before the call: no server waits for it
    opened, taken_s = False, None
    try:
        call.open()
        opened = True  # nobody has been told the key before
        call.publish()
        taken_s = time.monotonic()
        kbps = measure_kbps(call, loop, seconds, stopping)
        held_s = time.monotonic() - taken_s  # the goodbye, which may take seconds, is no part of it
    except CallError as failure:
        if stopping.is_set():
            yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, STOPPED, left_out)
            return
        if taken_s is not None and failure.kind != "refused":
            yield from _broken(destination, failure, time.monotonic() - taken_s, left_out)
            return
        if failure.kind in ("refused", "hung_up") and opened:
            yield _key_refused(destination, failure)
        failed = Line.of(N_("Nothing could be sent to {name}: {reason}."), name=name, reason=_why(destination, failure))
        yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, failed, left_out)
        return
    finally:
        call.close()
    if kbps is None:
        if held_s >= HELD_S:
            yield _key_taken(destination)
        yield CheckResult(Check.UPLOAD, Outcome.NOT_CHECKED, STOPPED, left_out)
        return
    yield _key_taken(destination)
    found = Line.of(
        N_("{kbps} kb/s went through to {name}, {needed} are needed."), kbps=round(kbps), name=name, needed=needed_kbps
    )
    if kbps >= needed_kbps:
        yield CheckResult(Check.UPLOAD, Outcome.GOOD, found, left_out)
        return
    problem = Problem.of("check.upload_slow", kbps=round(kbps), needed=needed_kbps)
    yield CheckResult(Check.UPLOAD, Outcome.BAD, found, left_out, problem)


def _key_taken(destination: DestinationConfig) -> CheckResult:
    taken = Line.of(N_("The platform takes the key."))
    rest = Line.of(N_("Whether it opens the room."))
    return CheckResult(Check.KEY, Outcome.GOOD, taken, rest, about=destination.name)


def _broken(
    destination: DestinationConfig, failure: CallError, after_s: float, left_out: Line
) -> Iterator[CheckResult]:
    """The line held for so long once the key was taken; who hangs up at once may have looked at the key only then."""
    if after_s >= HELD_S:
        yield _key_taken(destination)
    else:
        unclear = Line.of(N_("The platform took the key and broke the line soon after: it may not want it after all."))
        yield CheckResult(Check.KEY, Outcome.NOT_CHECKED, unclear, KEY_LEFT_OUT, about=destination.name)
    found = Line.of(
        N_("A test picture was sent to {name} for {seconds} s."), name=destination.name, seconds=f"{after_s:.1f}"
    )
    problem = Problem.of("check.upload_broke", name=destination.name, reason=_why(destination, failure))
    yield CheckResult(Check.UPLOAD, Outcome.BAD, found, left_out, problem)


def _why(destination: DestinationConfig, failure: CallError) -> str:
    """The server's words or the system's, else what was seen of it."""
    return dict(_problem(destination, failure).values).get("reason") or UNTOLD.get(failure.kind, HUNG_UP)


def _key_refused(destination: DestinationConfig, failure: CallError) -> CheckResult:
    found = Line.of(N_("The platform was asked to take the key."))
    problem = Problem.of("check.key_refused", name=destination.name, reason=_why(destination, failure))
    return CheckResult(Check.KEY, Outcome.BAD, found, KEY_LEFT_OUT, problem, about=destination.name)
