"""`nongbo sessions`: what was on air, and what came of it, in words a seller can use."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from integrations.encodings import decoded
from studio.console.network_words import quality_lines
from studio.console.output import (
    OK,
    add_command,
    add_group,
    local_time,
    order_json,
    print_json,
    print_table,
    store_of,
    table_lines,
)
from studio.errors import explain, fault
from studio.i18n import N_, _, ngettext
from studio.order_words import (
    FIGURE_WORDS,
    as_of_words,
    figure_text,
    kind_words,
    sales_notes,
    source_words,
    topic_words,
    ways_note,
)
from studio.output_states import STATE_WORDS, OutputState, output_name
from studio.paths import full_path
from studio.paths import home as home_of
from studio.recovery import close_what_died
from studio.shop.products import format_price
from studio.store.rows import (
    CLOCK_WAS_SET,
    Gap,
    HealthSummary,
    OutputRow,
    PlatformSessionRow,
    ProductResult,
    SessionDetail,
    SessionEnd,
    SessionRow,
)

END_WORDS = {
    SessionEnd.ENDED: N_("ended in order"),
    SessionEnd.INTERRUPTED: N_("cut off"),
    None: N_("on air"),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "sessions", _("what was on air, and what came of it"))
    add_command(commands, "list", run_list, _("all sessions, the newest first"))
    show = add_command(commands, "show", run_show, _("one session: products, viewers, orders, sending, health"))
    show.add_argument("id", metavar="ID", type=int)
    comments = add_command(
        commands, "comments", run_comments, _("count the words in comments that were pasted or saved")
    )
    comments.add_argument("id", metavar="ID", type=int)
    comments.add_argument("file", metavar="FILE", type=full_path, nargs="?", help=_("without it, what stands on stdin"))
    disown = add_command(commands, "disown", run_disown, _("say that an account in platforms' files is not yours"))
    disown.add_argument("platform", metavar="PLATFORM")
    disown.add_argument("account", metavar="ACCOUNT")


def run_list(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        sessions = store.list_sessions()
        if any(session.end is None for session in sessions) and close_what_died(home_of(args.home), store):
            sessions = store.list_sessions()
    if args.json:
        print_json([asdict(session) for session in sessions])
    elif not sessions:
        print(_("Nothing was on air yet."))
    else:
        headings = (_("Session"), _("Began"), _("On air"), _("End"), _("Most viewers"), _("Orders"), _("Paid"))
        print_table(headings, [_cells(session) for session in sessions], numbers=(0, 2, 4, 5, 6))
    return OK


def run_show(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        detail = store.session_detail(args.id)
        if detail.session.end is None and close_what_died(home_of(args.home), store):
            detail = store.session_detail(args.id)
    if args.json:
        print_json(session_document(detail))
    else:
        print("\n".join(session_text(detail)))
    return OK


def run_comments(args: argparse.Namespace) -> int:
    """Counts what people asked for; the comments themselves are not kept."""
    from studio.store.order_files import comments_text  # noqa: PLC0415 - workbooks only where a file is read

    text = _piped() if args.file is None else comments_text(args.file)
    with store_of(args) as store:
        count = store.count_comments(args.id, text)
    if args.json:
        print_json({"session_id": args.id, "comments": count})
    else:
        print(ngettext("{count} comment counted.", "{count} comments counted.", count).format(count=count))
    return OK


def _piped() -> str:
    """What stands on stdin, in whatever encoding; raises `orders.unreadable`."""
    text = decoded(sys.stdin.buffer.read())
    if text is None:
        raise fault("orders.unreadable", path="stdin", reason=_("it is not text"))
    return text


def run_disown(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        store.disown_account(args.platform, args.account)
    if args.json:
        print_json({"platform": args.platform, "account": args.account})
    else:
        print(_("{account} is not yours: its figures stand beside no session.").format(account=args.account))
    return OK


def session_document(detail: SessionDetail) -> dict[str, object]:
    """A session as `--json` prints it: the session's own fields, then one list for everything that happened."""
    return {
        **asdict(detail.session),
        "on_air_s": detail.on_air_s,
        "products": [asdict(product) for product in detail.products],
        "windows": [asdict(window) for window in detail.windows],
        "viewers": [asdict(sample) for sample in detail.viewers],
        "viewers_by_source": [asdict(summary) for summary in detail.viewers_by_source],
        "platform_sessions": [asdict(one) | {"figures": dict(one.figures)} for one in detail.platform_sessions],
        "topics": [asdict(one) for one in detail.topics],
        "orders": [order_json(order) for order in detail.orders],
        "outputs": detail.outputs,
        "health": detail.health,
        "interruptions": detail.interruptions,
        "recordings": detail.recordings,
        "notices": detail.notices,
        "sound": detail.sound,
        "quality": detail.quality,
        "steps": detail.steps,
        "product_changes": detail.product_changes,
    }


def session_text(detail: SessionDetail) -> Iterator[str]:
    """A session for people: what it was, then what came of it, then how it ran."""
    session = detail.session
    yield from _headline(session, detail.on_air_s)
    yield ""
    yield from _viewers(detail)
    yield from _sales(detail)
    yield from _run_of_show(detail)
    yield from _said_by_platforms(detail.platform_sessions)
    yield from _asked(detail)
    if detail.outputs:
        yield ""
        yield _("Sending")
        yield from (f"  {_output_words(output)}" for output in detail.outputs)
    yield ""
    yield _("How it ran")
    yield from (f"  {line}" for line in _health(detail.health))
    yield from (f"  {line}" for line in _interruptions(detail.interruptions))
    yield from (f"  {line}" for line in _notices(detail))
    yield from (f"  {line}" for line in _muted(detail))
    yield from (f"  {line}" for line in quality_lines(detail.quality, detail.session.ended_at))
    if detail.recordings:
        yield ""
        yield from (_("Recording: {path}").format(path=path) for path in detail.recordings)


def _headline(session: SessionRow, on_air_s: float) -> Iterator[str]:
    kind = _("Rehearsal {id}") if session.rehearsal else _("Session {id}")
    began, ended = local_time(session.started_at), session.ended_at
    until = "…" if ended is None else local_time(ended, "%H:%M")
    parts = [
        kind.format(id=session.id),
        session.title,
        session.station,
        f"{began} – {until}",
        _(END_WORDS[session.end]),
    ]
    yield " · ".join(part for part in parts if part)
    if session.end is SessionEnd.INTERRUPTED:
        yield _("The program was cut off. Everything up to its last second is here.")
    picture = f"{session.canvas.replace('x', '×')}, {session.fps} fps, {session.bitrate_kbps} kb/s"
    yield _("On air for {duration} ({picture})").format(duration=duration(on_air_s), picture=picture)


def _viewers(detail: SessionDetail) -> Iterator[str]:
    for summary in detail.viewers_by_source:
        how, mean = source_words(summary.source), round(summary.mean, 1)
        yield ngettext(
            "Viewers, {how}: at most {peak}, on average {mean} ({count} count)",
            "Viewers, {how}: at most {peak}, on average {mean} ({count} counts)",
            summary.samples,
        ).format(how=how, peak=summary.peak, mean=mean, count=summary.samples)
    if not detail.viewers_by_source:
        yield _("Viewers: nobody counted them. Type them in while on air, or with: nongbo viewers add")


def _sales(detail: SessionDetail) -> Iterator[str]:
    session, products = detail.session, detail.products
    told = ngettext("{count} paid order, {money}", "{count} paid orders, {money}", session.order_count)
    line = told.format(count=session.order_count, money=format_price(session.paid_fen))
    if session.refunded_fen:
        line += _(", of which {money} was given back").format(money=format_price(session.refunded_fen))
    yield line
    yield from sales_notes(session.sales)
    yield from filter(None, [ways_note(detail.orders)])
    if products:
        yield ""
        headings = (_("Product"), _("Price"), _("On air"), _("Orders"), _("Pieces"), _("Paid"), _("Given back"))
        yield from table_lines(headings, [_product_cells(product) for product in products], numbers=(1, 2, 3, 4, 5, 6))


def _run_of_show(detail: SessionDetail) -> Iterator[str]:
    """The steps as they came, and what was changed on cards meanwhile."""
    if detail.steps:
        yield ""
        yield _("The run of the show")
    for step in detail.steps:
        until = step.left_at or detail.session.ended_at or step.came_at
        spans = duration((until - step.came_at).total_seconds()), duration(step.planned_s)
        told = _("{time}  {sku}: {spent}, planned {planned}").format(
            time=local_time(step.came_at, "%H:%M:%S"), sku=step.sku, spent=spans[0], planned=spans[1]
        )
        yield f"  {told}"
    for change in detail.product_changes:
        price = format_price(change.price_fen)
        left = "" if change.stock is None else ", " + _("{count} left").format(count=change.stock)
        yield f"  {local_time(change.at, '%H:%M:%S')}  {change.sku}: {price}{left}"


def _said_by_platforms(found: tuple[PlatformSessionRow, ...]) -> Iterator[str]:
    """What the platforms say themselves; never added to what was counted here."""
    for one in found:
        yield ""
        told = _("{kind} says ({account}, from {time}):").format(
            kind=kind_words(one.kind), account=one.account or one.title or "-", time=local_time(one.started_at)
        )
        yield " ".join(filter(None, (told, as_of_words(one))))
        yield "  " + " · ".join(f"{_(FIGURE_WORDS[name])} {figure_text(name, value)}" for name, value in one.figures)


def _asked(detail: SessionDetail) -> Iterator[str]:
    """What was asked for in the comments."""
    if detail.topics:
        names = {product.sku: product.name for product in detail.products}
        yield ""
        yield " · ".join(f"{topic_words(one.topic, names)} {one.comments}" for one in detail.topics)


def _product_cells(product: ProductResult) -> tuple[str, ...]:
    return (
        f"{product.sku} {product.name}".strip(),
        "" if product.price_fen is None else format_price(product.price_fen),
        duration(product.on_air_s),
        str(product.orders),
        str(product.pieces),
        format_price(product.paid_fen),
        format_price(product.refunded_fen) if product.refunded_fen else "",
    )


def _output_words(output: OutputRow) -> str:
    words = (
        f"{local_time(output.at, '%H:%M:%S')}  {output_name(output.name)}: {_(STATE_WORDS[OutputState(output.state)])}"
    )
    return words if output.problem is None else f"{words}. {explain(output.problem).what}"


def _health(health: HealthSummary | None) -> Iterator[str]:
    if health is None:
        yield _("Nothing is known of its health.")
        return
    yield _("Slowest second: {fps} frames").format(fps=round(health.worst_fps, 1))
    yield from _losses(health)
    yield _("Sent on average {mean} kb/s, at least {least} kb/s").format(
        mean=round(health.mean_kbps), least=round(health.min_kbps)
    )
    for gap in health.gaps:
        yield _("From {time} nothing was logged for {duration}: the computer stood still").format(
            time=local_time(gap.started_at, "%H:%M:%S"), duration=duration(gap.seconds)
        )


def _interruptions(gaps: tuple[Gap, ...]) -> Iterator[str]:
    for gap in gaps:
        told = _("Cut off at {time}, gone on with {duration} later") if gap.known else _(CLOCK_WAS_SET)
        yield told.format(time=local_time(gap.started_at, "%H:%M:%S"), duration=duration(gap.seconds))


def _losses(health: HealthSummary) -> Iterator[str]:
    """The three losses by their causes; they are never added together."""
    late, skipped, dropped = health.late_ticks, health.skipped_frames, health.dropped_packets
    if late:
        told = ngettext("{count} frame was late", "{count} frames were late", late)
        yield _("{loss}: this computer had too much to do").format(loss=told.format(count=late))
    if skipped:
        told = ngettext("{count} frame was left out", "{count} frames were left out", skipped)
        yield _("{loss}: compressing took too long").format(loss=told.format(count=skipped))
    if dropped:
        told = ngettext("{count} packet was not sent", "{count} packets were not sent", dropped)
        yield _("{loss}: the network was too slow").format(loss=told.format(count=dropped))
    if not (late or skipped or dropped):
        yield _("Not one frame was lost.")


def _notices(detail: SessionDetail) -> Iterator[str]:
    for notice in detail.notices:
        began = local_time(notice.started_at, "%H:%M:%S")
        until = "" if notice.ended_at is None else local_time(notice.ended_at, "%H:%M:%S")
        yield f"{began} – {until}  {explain(notice.problem).what}"


def _muted(detail: SessionDetail) -> Iterator[str]:
    """From when to when the microphone was muted."""
    since: datetime | None = None
    for at, muted in (*((change.at, change.muted) for change in detail.sound), (detail.session.ended_at, False)):
        if muted and since is None:
            since = at
        elif not muted and since is not None:
            until = "" if at is None else local_time(at, "%H:%M:%S")
            yield f"{local_time(since, '%H:%M:%S')} – {until}  " + _("The microphone was muted.")
            since = None


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    return _("{minutes} min {seconds:02d} s").format(minutes=whole // 60, seconds=whole % 60)


def _cells(session: SessionRow) -> tuple[str, ...]:
    ended = session.ended_at
    on_air_s = None if ended is None else (ended - session.started_at).total_seconds() - session.interrupted_s
    end = _(END_WORDS[session.end])
    return (
        str(session.id),
        local_time(session.started_at),
        "…" if on_air_s is None else duration(on_air_s),
        _("rehearsal, {end}").format(end=end) if session.rehearsal else end,
        "-" if session.peak_viewers is None else str(session.peak_viewers),
        str(session.order_count),
        format_price(session.paid_fen),
    )
