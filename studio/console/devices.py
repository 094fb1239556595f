"""`nongbo devices`: the cameras and microphones of this computer, by the names `--source` and `--audio` take."""

import argparse
from dataclasses import asdict

from studio.console.output import add_command, print_json
from studio.equipment import Device
from studio.i18n import _
from studio.media.devices import cameras, microphones


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add_command(subparsers, "devices", run, _("the cameras and microphones of this computer"))


def run(args: argparse.Namespace) -> int:
    found = {"cameras": cameras(), "microphones": microphones()}
    if args.json:
        print_json({kind: [asdict(device) for device in devices] for kind, devices in found.items()})
        return 0
    for title, kind, option, word in (
        (_("Cameras"), "cameras", "--source", "camera"),
        (_("Microphones"), "microphones", "--audio", "mic"),
    ):
        print(title)
        for device in found[kind]:
            print(f"  {option} {_one_word(f'{word}:{device.name}')}{_described(device)}")
        if not found[kind]:
            print("  " + _("none found"))
    return 0


def _one_word(text: str) -> str:
    """As it is to be typed: most names have blanks on Windows and macOS."""
    return f'"{text}"' if " " in text else text


def _described(device: Device) -> str:
    return f"  ({device.description})" if device.description != device.name else ""
