"""What lives as long as one show: its broadcast, its cards, what was typed, and what is wrong with it now."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from studio import commands as ask
from studio.added_desk import AddedDesk
from studio.bending import Bending
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.clock import Clock
from studio.commands import Command
from studio.config import AudioKind, ShowConfig, SoundConfig, old_key
from studio.disk import FILE_OVERHEAD, RecordingRoom
from studio.equipment import AudioChanged, SourceChanged
from studio.errors import Problem, fault
from studio.events import AudioLevel, Event, HealthSampled, Noticed, OrderTyped, SoundChanged
from studio.health.governor import Ease, Governor, told
from studio.health.load import Load, LoadMeter, disk_free_mb
from studio.i18n import N_, _
from studio.media.frames import NS
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.reports import ShowReport
from studio.run_desk import STEP_SLOT, RunDesk
from studio.sentences.lasting import ADDRESS_CODES, LASTING
from studio.shop.products import Product
from studio.snapshot import Snapshot
from studio.sold import OrdersArrived, ViewersSampled, ViewersUndone
from studio.templates import dressed
from studio.viewer_counts import ViewerCounts

if TYPE_CHECKING:
    from studio.platforms import ViewerPoller

log = logging.getLogger(__name__)


@dataclass(slots=True)
class OnAir:
    """A running show. Methods are called on the engine's thread, `follow` on any."""

    broadcast: Broadcast
    desk: CardDesk
    session_id: int
    started_at: datetime
    poller: "ViewerPoller | None"
    clock: Clock
    emit: Callable[[Event], None]
    home: Home
    viewers: ViewerCounts = field(default_factory=ViewerCounts)
    orders: dict[str, int] = field(default_factory=dict)
    arrived: dict[str, OrdersArrived] = field(default_factory=dict)
    notices: dict[Problem, datetime] = field(default_factory=dict)
    governor: Governor = field(default_factory=Governor)
    eased: dict[Ease, Problem] = field(default_factory=dict)
    bending: Bending = field(init=False)
    added: AddedDesk = field(init=False)
    run: RunDesk = field(init=False)
    room: RecordingRoom = field(init=False)
    picture_from: SourceChanged | None = None
    sound_from: AudioChanged | None = None
    sampled_ns: int = 0
    sampled_frames: int = 0
    sampled_bytes: int = 0

    @property
    def show(self) -> ShowConfig:
        """The show as it is now, with what was changed on the air."""
        desk, show = self.desk, self.broadcast.show
        return replace(
            show,
            sound=self.broadcast.sound.sound,
            source=self.picture_from.source if self.picture_from is not None else show.source,
            audio=self.sound_from.audio if self.sound_from is not None else show.audio,
            cards=desk.cards,
            rotate_s=desk.rotate_s,
            ticker=desk.ticker,
            card_look=desk.look,
            added=tuple(one for one in self.added.wanted if not one.slot.startswith(STEP_SLOT)),
            run=self.run.kept,
        )

    def __post_init__(self) -> None:
        self.bending = Bending(self.broadcast, self.clock, self.emit)
        dress = partial(dressed, home=self.home)
        codes = self.desk.codes
        self.added = AddedDesk(self.broadcast, self.clock, self.emit, codes, lambda: self.desk.box, dress)
        self.room = RecordingRoom(self.broadcast.show, self.clock, self.emit)
        self.run = RunDesk(self.broadcast.show.run, self.desk, self.added, self.clock, self.emit)

    def begin(self) -> None:
        """What is on the picture from its first frame on."""
        self.desk.begin()
        self.added.begin()
        self.run.begin(self.broadcast.show.run_from)
        self._tell_old_keys()

    def _tell_old_keys(self) -> None:
        """Before the platform refuses them; one that works all the same was told for nothing, and is taken back."""
        show, at = self.broadcast.show, self.clock.utc()
        for old in filter(None, (old_key(to, at) for to in show.servers if not show.rehearsal)):
            self.emit(Noticed(old, True, at))

    def obey(self, command: Command) -> None:
        """Does what a client asks of a running show; raises `StudioError` where that cannot be."""
        match command:
            case ask.ShowCard() | ask.NextCard() | ask.PreviousCard() | ask.ShowStep() | ask.SetRun():
                self._go_through_run(command)
            case ask.SetRotation(rotate_s):
                self.desk.rotate(rotate_s)
            case ask.SetLook(look):
                self.desk.set_look(look)
            case ask.SetTicker(text):
                self.desk.set_ticker(text)
            case ask.ShowOverlay(added):
                self.added.show(added)
            case ask.HideOverlay(slot):
                self.added.hide(slot)
            case (
                ask.AddDestination()
                | ask.RemoveDestination()
                | ask.RetryDestination()
                | ask.ReplaceAddress()
                | ask.AllowCodes()
            ):
                self._change_destination(command)
            case ask.SetSource() | ask.SetAudio():
                self._change_source(command)
            case ask.SetMuted() | ask.SetSound() | ask.SetAudioOffset():
                self._change_sound(command)
            case _:
                self._take_down(command)

    def change(self, product: Product) -> None:
        """What a product was changed to is seen on its card, and on what lies beside it and speaks of it."""
        self.desk.change(product)
        card = self.desk.card(product.sku)
        if card is not None:
            self.added.change(card)

    def _go_through_run(self, command: Command) -> None:
        """What card comes: by the run where there is one, else by the list of cards."""
        run = self.run
        match command:
            case ask.ShowCard(sku):
                run.show_card(sku)
            case ask.NextCard() if run.run.steps:
                run.next()
            case ask.NextCard():
                self.desk.next()
            case ask.PreviousCard() if run.run.steps:
                run.back()
            case ask.PreviousCard():
                self.desk.next(-1)
            case ask.ShowStep(step_id):
                run.show(step_id)
            case ask.SetRun(changed):
                run.change(changed)

    def _change_destination(self, command: Command) -> None:
        """What concerns one destination; a rehearsal reaches no platform, it only looks as the show will."""
        rehearsal = self.broadcast.show.rehearsal
        match command:
            case ask.AddDestination(destination) if not rehearsal:
                self.broadcast.add_output(destination)
            case ask.AddDestination(destination):
                self.broadcast.seen_on.add(destination)
            case ask.RemoveDestination(name):
                self.broadcast.remove_output(name)
            case ask.RetryDestination(name):
                self.broadcast.fanout.retry(name)
            case ask.ReplaceAddress(name, url) if not rehearsal:
                self.broadcast.fanout.replace_address(name, url)
            case ask.AllowCodes(name, allowed):
                self.broadcast.seen_on.allow_codes(name, allowed)
        self.desk.follow_destinations()
        self.added.follow_destinations()

    def _change_source(self, command: ask.SetSource | ask.SetAudio) -> None:
        """Another camera or microphone; what comes of it is told by events."""
        if isinstance(command, ask.SetSource):
            self.broadcast.set_source(command.source)
        else:
            self.broadcast.set_audio(command.audio)

    def _change_sound(self, command: ask.SetMuted | ask.SetSound | ask.SetAudioOffset) -> None:
        match command:
            case ask.SetMuted(muted):
                self._set_muted(muted)
            case ask.SetSound(sound):
                self._set_sound(sound)
            case ask.SetAudioOffset(offset_ms):
                self._set_sound(replace(self.broadcast.sound.sound, offset_ms=offset_ms))

    def _set_muted(self, muted: bool) -> None:
        if muted is not self.broadcast.sound.muted:
            self.broadcast.sound.muted = muted
            self._tell_sound()

    def _set_sound(self, sound: SoundConfig) -> None:
        if sound != self.broadcast.sound.sound:
            self.broadcast.sound.set(sound)
            self._tell_sound()

    def _tell_sound(self) -> None:
        self.emit(SoundChanged(self.broadcast.sound.muted, self.broadcast.sound.sound, self.clock.utc()))

    def _take_down(self, command: Command) -> None:
        """What the operator counted."""
        match command:
            case ask.TypeViewers(count, about):
                self._type_viewers(count, about)
            case ask.UndoViewers():
                if (undone := self.viewers.undone()) is not None:
                    self.emit(undone)
            case ask.TypeOrder(sku, quantity):
                self._type_order(sku, quantity)
            case ask.UndoOrder(sku):
                if self.orders.get(sku, 0) > 0:
                    self._count_order(sku, -1)

    def _type_viewers(self, count: int, about: bool) -> None:
        if count < 0:
            reason = N_("a whole number, not below nothing")
            raise fault("value.bad", field=_("Viewers"), value=count, reason=reason)
        self.emit(ViewersSampled(count, "typed", self.clock.utc(), about))

    def _type_order(self, sku: str, quantity: int) -> None:
        if quantity <= 0:
            reason = N_("write a whole number above nothing")
            raise fault("value.bad", field=_("quantity"), value=quantity, reason=reason)
        self._count_order(sku, quantity)

    def _count_order(self, sku: str, quantity: int) -> None:
        card = self.desk.card(sku)
        if card is None:
            raise fault("card.unknown", sku=sku)
        self.orders[sku] = self.orders.get(sku, 0) + quantity
        self.emit(OrderTyped(sku, quantity, card.price_fen, self.clock.utc()))

    def follow(self, event: Event) -> None:
        """Keeps what a client that attaches later has to know."""
        if isinstance(event, Noticed):
            if event.active and event.problem.code in LASTING:
                self.notices.setdefault(event.problem, event.at)
            else:
                self.notices.pop(event.problem, None)
        elif isinstance(event, OutputChanged) and event.state is OutputState.LIVE:
            for one in tuple(self.notices):
                if one.code in ADDRESS_CODES and dict(one.values)["name"] == event.name:
                    self.emit(Noticed(one, False, event.at))
        elif isinstance(event, ViewersSampled | ViewersUndone):
            self.viewers.follow(event)
        elif isinstance(event, OrdersArrived):
            self.arrived[event.account] = event
        elif isinstance(event, SourceChanged):
            self.picture_from = event
        elif isinstance(event, AudioChanged):
            self.sound_from = event

    def explain_slate(self) -> None:
        """The slate says why there is no picture; on the engine's thread, a few times a second."""
        codes = {problem.code for problem in tuple(self.notices)}
        silent = self.sound_from is None or self.sound_from.audio.kind is AudioKind.SILENCE
        heard = not silent and not self.broadcast.sound.muted
        self.desk.explain_slate(codes, None if self.broadcast.seen_on.sound_elsewhere else heard)

    def govern(self) -> None:
        """Eases this computer's work where it does not keep up, or takes that back; once a second."""
        for change in self.governor.look(self.clock.now_ns() / NS, self.broadcast.signs(), self.broadcast.can_ease):
            self.broadcast.ease(change.ease, change.on)
            problem = self.eased.pop(change.ease, None) or told(change)
            if change.on:
                self.eased[change.ease] = problem
            log.info("%s: %s %s", change.ease, "taken" if change.on else "taken back", change.reason)
            self.emit(Noticed(problem, change.on, self.clock.utc()))

    def level(self) -> AudioLevel:
        """The sound now."""
        sound = self.broadcast.sound
        return AudioLevel(sound.meter_dbfs, sound.voice_peak_dbfs, sound.loudness_lufs)

    def health(self, load: Load) -> HealthSampled:
        """The last second's health; rates are since the sample before."""
        now_ns = self.clock.now_ns()
        video, audio = self.broadcast.video_report(), self.broadcast.audio_report()
        sent_bytes = self.broadcast.fanout.sent_bytes
        seconds = (now_ns - self.sampled_ns) / NS if self.sampled_ns else 1.0
        sample = HealthSampled(
            at=self.clock.utc(),
            on_air_s=round(self.broadcast.on_air_s, 3),
            composed_fps=round((video.composed_frames - self.sampled_frames) / seconds, 2),
            captured_frames=video.captured_frames,
            composed_frames=video.composed_frames,
            encoded_frames=video.encoded_frames,
            late_ticks=video.late_ticks,
            skipped_frames=video.skipped_frames,
            dropped_packets=self.broadcast.fanout.dropped_packets,
            sent_kbps=round(max(0, sent_bytes - self.sampled_bytes) * 8 / 1000 / seconds, 1),
            audio_peak_dbfs=round(self.broadcast.sound.peak_dbfs, 1),
            drift_ms=audio.drift_ms,
            cpu_percent=round(load.cpu_percent, 1),
            rss_mb=round(load.rss_mb, 1),
            disk_free_mb=disk_free_mb(self._fills()),
        )
        self.sampled_ns, self.sampled_frames, self.sampled_bytes = now_ns, video.composed_frames, sent_bytes
        self._watch_disk(sample.disk_free_mb * 1e6)
        return sample

    def _watch_disk(self, free_bytes: float) -> None:
        """Warns while there is time to make room."""
        recording = self.broadcast.recording
        if recording is not None:
            self.room.look(free_bytes, recording.bytes * FILE_OVERHEAD, failed=recording.failed)

    def _fills(self) -> Path:
        """The folder whose disk a show fills."""
        recording = self.broadcast.recording
        return recording.folder if recording is not None else self.home.root

    def report(self, load: LoadMeter) -> ShowReport:
        """How the show went, once its broadcast has stopped."""
        broadcast = self.broadcast
        recordings = tuple(map(str, broadcast.recorded))
        return ShowReport(
            session_id=self.session_id,
            duration_s=round(broadcast.on_air_s, 3),
            video=broadcast.video_report(),
            audio=broadcast.audio_report(),
            outputs=broadcast.fanout.reports(),
            recording=recordings[-1] if recordings else None,
            cpu_s=round(load.read().cpu_s, 3),
            peak_rss_mb=round(load.peak_rss_mb, 1),
            received=broadcast.received_report(),
            recordings=recordings,
        )

    def snapshot(self) -> Snapshot:
        """The whole state, for a client that attaches."""
        return Snapshot(
            on_air=True,
            session_id=self.session_id,
            started_at=self.started_at,
            rehearsal=self.broadcast.show.rehearsal,
            cards=self.desk.cards,
            card_sku=self.desk.current,
            rotate_s=self.desk.rotate_s,
            ticker=self.desk.ticker,
            outputs=self.broadcast.fanout.snapshots(),
            viewers=self.viewers.count,
            orders=tuple(self.orders.items()),
            preview_path=self.broadcast.preview_path,
            notices=tuple(self.notices),
            picture_from=self.picture_from,
            sound_from=self.sound_from,
            muted=self.broadcast.sound.muted,
            sound=self.broadcast.sound.sound,
            added=self.added.added,
            run=self.run.run,
            step=self.run.now,
            viewers_about=self.viewers.about,
            arrived=tuple(self.arrived.values()),
            counted=self.viewers.latest,
        )
