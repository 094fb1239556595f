"""A small invented shop and the samples the window tests show."""

from dataclasses import replace
from datetime import UTC, datetime

from overlays.card import CardParams
from studio.config import DestinationConfig, Secret, ShowConfig
from studio.events import HealthSampled

CARDS = (
    CardParams("APPLE", "洛川红富士苹果 大果", 3990, 5900, "5 斤", "陕西洛川"),
    CardParams("KIWI", "周至翠香猕猴桃", 4500, None, "24 个", "陕西周至"),
    CardParams("ORANGE", "赣南脐橙 现摘现发 产地直供 不打蜡", 5990, 7900, "10 斤", "江西赣州"),
    CardParams("JUJUBE", "新疆若羌灰枣", 2880, 3600, "2 斤", "新疆若羌"),
    CardParams("TEA", "安吉白茶 明前", 16800, None, "250 克", "浙江安吉"),
    CardParams("HONEY", "秦岭土蜂蜜", 8800, 9900, "1 千克", "陕西佛坪"),
)
SHOW = ShowConfig(
    destinations=(
        DestinationConfig("淘宝", Secret("rtmp://push.example.com/live/key-one")),
        DestinationConfig("快手", Secret("rtmp://live.example.org/app/key-two?sign=1")),
    ),
    cards=CARDS,
    first_card="APPLE",
)


def health(on_air_s: float = 754.0, **changes: float) -> HealthSampled:
    """A second of a show that goes well."""
    well = HealthSampled(
        at=datetime.now(UTC),
        on_air_s=on_air_s,
        composed_fps=30.0,
        captured_frames=22620,
        composed_frames=22620,
        encoded_frames=22620,
        late_ticks=0,
        skipped_frames=0,
        dropped_packets=0,
        sent_kbps=5240.0,
        audio_peak_dbfs=-14.0,
        drift_ms=1.0,
        cpu_percent=80.0,
        rss_mb=280.0,
        disk_free_mb=84_000,
    )
    return replace(well, **changes)  # type: ignore[arg-type]
