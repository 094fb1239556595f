"""The platforms that can be asked for what a seller wants to know: name → what it is called, its settings, itself."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from integrations import (
    bilibili,
    channels,
    douyin,
    douyin_rooms,
    jd,
    kuaishou,
    kuaishou_push,
    pinduoduo,
    qianchuan,
    taobao,
)
from integrations.base import N_, Handed, Platform, Tokens


@dataclass(frozen=True, slots=True)
class Interface:
    """One platform's interface: `settings` is the dataclass of what an account needs."""

    title: str
    settings: type[Any]
    open: Callable[[Any, Tokens, Handed], Platform]
    keys_only: bool = False  # there are no tokens: its settings alone let us in

    def secrets(self) -> frozenset[str]:
        """The settings that nobody may see."""
        return frozenset(part.name for part in fields(self.settings) if part.metadata["secret"])

    def settings_from(self, texts: Mapping[str, object]) -> Any:
        """Settings of these texts; what is not there is as usual, what is not known is left out."""
        known = {part.name: part.default for part in fields(self.settings) if part.default is not MISSING}
        return self.settings(**{name: str(texts.get(name, usual)) for name, usual in known.items()})

    def missing(self, settings: Any) -> tuple[str, ...]:
        """The labels of what an account cannot do without and is empty."""
        needed = (part for part in fields(self.settings) if part.metadata["needed"])
        return tuple(part.metadata["label"] for part in needed if not getattr(settings, part.name))


INTERFACES: Mapping[str, Interface] = {
    kuaishou.Kuaishou.name: Interface(N_("Kuaishou shop"), kuaishou.Settings, kuaishou.Kuaishou),
    douyin.Douyin.name: Interface(N_("Douyin shop"), douyin.Settings, douyin.Douyin),
    taobao.Taobao.name: Interface(N_("Taobao and Tmall"), taobao.Settings, taobao.Taobao),
    pinduoduo.Pinduoduo.name: Interface(N_("Pinduoduo shop"), pinduoduo.Settings, pinduoduo.Pinduoduo),
    kuaishou_push.KuaishouPush.name: Interface(
        N_("Kuaishou push address"), kuaishou_push.Settings, kuaishou_push.KuaishouPush
    ),
    qianchuan.Qianchuan.name: Interface(N_("Qianchuan, live rooms"), qianchuan.Settings, qianchuan.Qianchuan),
    douyin_rooms.DouyinRooms.name: Interface(N_("Douyin, live rooms"), douyin_rooms.Settings, douyin_rooms.DouyinRooms),
    channels.Channels.name: Interface(N_("WeChat Channels, live rooms"), channels.Settings, channels.Channels),
    jd.Jd.name: Interface(N_("JD shop"), jd.Settings, jd.Jd),
    bilibili.Bilibili.name: Interface(N_("bilibili, comments"), bilibili.Settings, bilibili.Bilibili, keys_only=True),
}
