"""What people type or point at wrongly: each with its exit code and the words its one sentence must hold."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.end2end.sockets import HOST

FAULT = 1
USAGE = 2
NOT_ON_AIR = 3
KEY = "key-of-mine"
UNFITTING = f"rtmp://example.com/live/{KEY}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A command line with `{places}` that the test fills in."""

    words: tuple[str, ...]
    code: int
    told: tuple[str, ...]
    lang: str = "en"


def _show(*options: str) -> tuple[str, ...]:
    return ("live", "--source", "pattern", "--card", "none", "--duration", "3", "--json", *options)


def _clip(name: str, *told: str) -> Mistake:
    words = ("live", "--source", f"clip:{{folder}}/{name}", "--card", "none", "--record", "{films}", "--json")
    return Mistake(words, NOT_ON_AIR, told)


def _source(source: str, *told: str) -> Mistake:
    words = ("live", "--source", source, "--audio", "silence", "--card", "none", "--record", "{films}")
    return Mistake(words, NOT_ON_AIR, told)


def _to(address: str, code: int, *told: str) -> Mistake:
    return Mistake(_show("--to", address), code, told)


def _option(*options: str, told: tuple[str, ...] = ()) -> Mistake:
    return Mistake(_show("--record", "{films}", *options), USAGE, told or (options[-1], options[0].strip("-")))


def _folder(*words: str, code: int = NOT_ON_AIR, told: str = "cannot be written") -> Mistake:
    return Mistake(words, code, ("{folder}/letter.mp4/inside", told))


def _chinese(words: tuple[str, ...], code: int, *told: str) -> Mistake:
    return Mistake(words, code, told, "zh")


IN_A_FILE = "{folder}/letter.mp4/inside"  # a file stands where the folder should be: the same even for root

MISTAKES = {
    "clip missing": _clip("nowhere.mp4", "nowhere.mp4", "is not there"),
    "clip half-written": _clip("half.mp4", "half.mp4", "cannot be played", "damaged"),
    "clip is text": _clip("letter.mp4", "letter.mp4", "cannot be played", "damaged"),
    "clip is only sound": _clip("song.m4a", "song.m4a", "holds no picture"),
    "no camera here": _source("camera", "No camera was found"),
    "camera unknown": _source("camera:Nobody", "Nobody", "does not open"),
    "network camera off": _source(f"url:http://{HOST}:1/video", "gives no picture", "nobody answers"),
    "music that is not there": Mistake(
        _show("--music", "{films}/gone.mp3", "--record", "{films}"), USAGE, ("gone.mp3",)
    ),
    "no microphone here": Mistake(_show("--audio", "mic", "--record", "{films}"), NOT_ON_AIR, ("microphone",)),
    "address of the web": _to(f"http://example.com/live/{KEY}", USAGE, "http://example.com", "not an RTMP address"),
    "address without application and key": _to("rtmp://example.com", USAGE, "rtmp://example.com", "not an RTMP"),
    "address without server": _to(f"rtmp:///live/{KEY}", USAGE, "not an RTMP address"),
    "destination unknown": _to("Auntie Wang's channel", USAGE, "Auntie Wang's channel", "No destination is saved"),
    "nowhere to go": Mistake(_show(), USAGE, ("nowhere to go",)),
    "port with nothing behind it": _to(f"rtmp://{HOST}:{{closed_port}}/live/{KEY}", NOT_ON_AIR, "does not answer"),
    "no virtual camera here": _to("virtualcam:/dev/video-of-nobody", NOT_ON_AIR, "There is no virtual camera"),
    "server never speaks": Mistake(_show("--to", "{silent}", "--duration", "20"), NOT_ON_AIR, ("says nothing",)),
    "address with a port that is none": _to(f"rtmp://example.com:99999/live/{KEY}", USAGE, "not an RTMP address"),
    "address without its option": Mistake(_show(UNFITTING), USAGE, ("not known here", "•••")),
    "address where none is taken": Mistake(
        ("demo", "--headless", "--to", UNFITTING), USAGE, ("not known here", "--to")
    ),
    "server hangs up": _to("{closing}", NOT_ON_AIR, "hangs up without a word"),
    "key refused": _to(f"{{rtmp}}/locked/{KEY}", NOT_ON_AIR, "hangs up without a word"),
    "key refused late": _to(f"{{rtmp}}/closed/{KEY}", NOT_ON_AIR, "hangs up without a word"),
    "application unknown": _to(f"{{rtmp}}/nowhere/{KEY}", NOT_ON_AIR, "hangs up without a word"),
    "size in words": _option("--size", "large"),
    "size odd": _option("--size", "641x360"),
    "fps too many": _option("--fps", "1000"),
    "fps in words": _option("--fps", "many"),
    "bitrate too small": _option("--bitrate", "1"),
    "preset unknown": _option("--preset", "best"),
    "duration negative": _option("--duration", "-3"),
    "duration no number": _option("--duration", "nan"),
    "demo of no length": Mistake(("demo", "--headless", "--duration", "nan"), USAGE, ("--duration", "nan")),
    "rotation of nothing": _option("--rotate", "0"),
    "source unknown": _option("--source", "dream"),
    "product unknown": _option("--card", "NOPE", told=("NOPE", "no product")),
    "language unknown": _option("--lang", "fr"),
    "option unknown": _option("--nonsense"),
    "record folder": Mistake(_show("--record", IN_A_FILE), NOT_ON_AIR, (IN_A_FILE, "Nothing can be written")),
    "home of live": _folder(*_show("--record", "{films}"), "--home", IN_A_FILE),
    "home of live with cards": _folder("live", "--source", "pattern", "--record", "{films}", "--home", IN_A_FILE),
    "home of demo": _folder("demo", "--headless", "--json", "--home", IN_A_FILE),
    "home of sessions": _folder("sessions", "list", "--home", IN_A_FILE, code=FAULT),
    "products missing": Mistake(("products", "import", "{folder}/no.csv"), FAULT, ("no.csv", "is not there")),
    "products binary": Mistake(("products", "import", "{folder}/binary.csv"), FAULT, ("not a table",)),
    "products' headings": Mistake(("products", "import", "{folder}/other.csv"), FAULT, ("lacks the headings",)),
    "orders missing": Mistake(("orders", "import", "--session", "1", "{folder}/no.csv"), FAULT, ("is not there",)),
    "orders' headings": Mistake(
        ("orders", "import", "--session", "1", "{folder}/other.csv"), FAULT, ("other.csv", "not known")
    ),
    "session unknown": Mistake(("sessions", "show", "99"), FAULT, ("There is no session 99",)),
    "order of no session": Mistake(("orders", "add", "--session", "99", "--sku", "P01"), FAULT, ("no session 99",)),
    "clip missing, in Chinese": _chinese(
        ("live", "--source", "clip:/no.mp4", "--record", "{films}"), NOT_ON_AIR, "/no.mp4", "找不到"
    ),
    "port closed, in Chinese": _chinese(
        _show("--to", f"rtmp://{HOST}:{{closed_port}}/live/{KEY}"), NOT_ON_AIR, HOST, "没有回应"
    ),
    "fps in words, in Chinese": _chinese(_show("--fps", "many"), USAGE, "many", "命令写得不对"),
    "product unknown, in Chinese": _chinese(("products", "show", "NOPE"), FAULT, "NOPE"),
}


def write_files(folder: Path) -> None:
    """The files the mistakes point at."""
    whole = folder / "whole.mp4"
    draw = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-t", "1")
    subprocess.run(["ffmpeg", "-v", "error", *draw, "-c:v", "mpeg4", str(whole)], check=True)
    # The camera was unplugged while it wrote: the file's table of contents would have come last.
    (folder / "half.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (folder / "letter.mp4").write_text("亲爱的奶奶：\n" * 200)
    sine = ("-f", "lavfi", "-i", "sine", "-t", "1")
    subprocess.run(["ffmpeg", "-v", "error", *sine, str(folder / "song.m4a")], check=True)
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (folder / "other.csv").write_text("水果,多少\n苹果,3\n")
