"""Draws everything the demo shop shows: `python -m assets.demo.draw [pictures] [clip]`."""

import sys
from pathlib import Path

from assets.demo.clip import draw_clip
from assets.demo.goods import draw_goods
from overlays.text import painting_ready


def main(arguments: list[str]) -> None:
    """Draws what is named, or everything, beside this file."""
    folder = Path(__file__).parent
    painting_ready()
    if not arguments or "pictures" in arguments:
        draw_goods(folder / "pictures")
    if not arguments or "clip" in arguments:
        draw_clip(folder / "clip.mp4")


if __name__ == "__main__":
    main(sys.argv[1:])
