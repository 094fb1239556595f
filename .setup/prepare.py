"""Gets a fresh Debian or Ubuntu machine ready: system libraries, the virtual environment, Python packages.

    python3 .setup/prepare.py run|test|bench

Standard library only, for it runs before anything is installed. It looks first and acts on what is missing, so
a second call takes a blink and needs no network. Where rights are missing it prints the one command that helps,
and stops. What `make run` may say is said in Chinese first: its readers may read little English.
"""

import ctypes
import hashlib
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_SERVER = VENV / "opt" / "node-media-server"  # another make of RTMP server
NGINX = VENV / "opt" / "nginx"  # an nginx of our own, where the system has none with RTMP
RTMP_MODULE = Path("usr/lib/nginx/modules/ngx_rtmp_module.so")

# Shared library -> Debian package. What the wheel of PySide6 (xcb and offscreen platforms) asks of the system.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
NGINX_LIBRARIES = {"libcrypt.so.1": "libcrypt1", "libpcre2-8.so.0": "libpcre2-8-0", "libssl.so.3": "libssl3"}
TEST_LIBRARIES = {"libportaudio.so.2": "libportaudio2"}  # inside its package on Windows and macOS
# Program -> Debian package: a screen without a monitor; films, and programs that play the camera.
TEST_PROGRAMS = {"Xvfb": "xvfb", "ffmpeg": "ffmpeg"}
ALSA_CONFIG = Path("/usr/share/alsa/alsa.conf")
CHINESE_FONT = "fonts-wqy-microhei"
# Family -> Debian package. What the reference pictures are drawn with, and one for Tibetan; half a megabyte together.
TEST_FONTS = {
    "WenQuanYi Micro Hei": CHINESE_FONT,
    "DejaVu Sans": "fonts-dejavu-core",
    "Loma": "fonts-tlwg-loma-otf",
    "DDC Uchen": "fonts-ddc-uchen",
}


class StopError(Exception):
    """The person has to do something first; the text says what."""


def main(arguments: Sequence[str]) -> int:
    """Prepares for `run`, `test` or `bench`; 0 when all is there, 1 with a sentence where it cannot be."""
    purpose = arguments[0] if arguments else "run"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese letters
    try:
        install_packages(missing_packages(purpose), purpose)
        make_environment()
        install_python_packages("" if purpose == "run" else "dev")
        if purpose != "run" and not nginx_with_rtmp():
            unpack_nginx()
        if purpose != "run":
            install_node_server()
    except StopError as stop:
        print(stop, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"这一步没有成功 / This step failed: {shlex.join(map(str, error.cmd))}", file=sys.stderr)
        print(f"请看上面的提示，然后再运行一次 make {purpose}。", file=sys.stderr)
        print(f"Read the lines above it, then call `make {purpose}` again.", file=sys.stderr)
        return 1
    return 0


def missing_packages(purpose: str) -> list[str]:
    """The Debian packages that this machine lacks for `purpose`, in the order of the tables."""
    packages = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if purpose == "run" and not has_font(":lang=zh-cn"):
        packages.append(CHINESE_FONT)
    if purpose != "run":
        packages += [package for family, package in TEST_FONTS.items() if not has_font(family)]
    if not ALSA_CONFIG.is_file():
        packages.append("libasound2-data")  # without it no microphone opens
    if not environment_works() and not can_make_environments():
        packages.append(f"python3.{sys.version_info.minor}-venv")
    if purpose != "run":
        packages += [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
        libraries = NGINX_LIBRARIES | TEST_LIBRARIES
        packages += [package for library, package in libraries.items() if not loads(library)]
    return packages


def loads(library: str) -> bool:
    """Whether the system's loader finds a shared library: true on any distribution, however it came there."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font(pattern: str) -> bool:
    """Asks fontconfig for any font of a family, or for one that covers a language where `pattern` is `:lang=…`."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    fontconfig.FcNameParse.restype = ctypes.c_void_p
    fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
    fontconfig.FcFontList.restype = ctypes.POINTER(ctypes.c_int)  # FcFontSet begins with its count
    fontconfig.FcFontList.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    wanted = fontconfig.FcNameParse(pattern.encode())
    found = fontconfig.FcFontList(None, wanted, fontconfig.FcObjectSetCreate())
    return bool(found) and found[0] > 0


def can_make_environments() -> bool:
    """Debian's Python comes without the half of venv that brings pip."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - its presence is the question
        import venv  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def install_packages(packages: Sequence[str], purpose: str) -> None:
    """Installs Debian packages, or stops with the exact command where that is not possible."""
    if not packages:
        return
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise StopError(
            f"缺少这些系统软件包（Debian 里的名字）：{' '.join(packages)}\n请先装好，再运行 make {purpose}。\n"
            f"These system packages are missing (their Debian names): {' '.join(packages)}\n"
            f"Install what your system calls them, then call `make {purpose}` again."
        )
    prefix = rights()
    if prefix is None:
        by = "sudo sh -c" if shutil.which("sudo") else "su -c"
        raise StopError(
            "缺少系统软件包，当前用户没有权限安装。请运行下面这一行，或请管理这台电脑的人运行，\n"
            f"然后再运行一次 make {purpose}。\n"
            "Some system packages are missing, and this user may not install them. Run this line, or ask whoever\n"
            f"looks after this computer to run it, then call `make {purpose}` again:\n\n"
            f"    {by} 'apt-get update && {install}'\n"
        )
    print(f"正在安装系统软件包 / Installing system packages: {' '.join(packages)}", flush=True)
    refresh_package_lists(prefix)
    call([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *install.split(), "-qq"], stdout=subprocess.DEVNULL)


def rights() -> list[str] | None:
    """What to put before a command so that it runs as root; None where that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return ["sudo"]
    if not sys.stdin.isatty():
        return None
    print("安装系统软件包需要您的密码 / Installing system packages needs your password.", flush=True)
    return ["sudo"] if subprocess.run(["sudo", "-v"], check=False).returncode == 0 else None


def refresh_package_lists(prefix: Sequence[str]) -> None:
    """Fetches apt's lists; a broken list of a third party must not stop us, so a failure is only told."""
    done = subprocess.run([*prefix, "apt-get", "update", "-qq"], check=False)
    if done.returncode != 0:
        print("软件源更新不顺利，接着用已有的列表。", file=sys.stderr)
        print("apt-get update had trouble; going on with the lists there are.", file=sys.stderr)


def environment_works() -> bool:
    """Whether the virtual environment is there, is alive, and has pip."""
    if not os.access(PYTHON, os.X_OK):  # not there, or another person's: root may have made it with a Python of its own
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL, check=False).returncode == 0


def make_environment() -> None:
    """Makes `.venv` with pip in it, anew where an old one is broken."""
    if environment_works():
        return
    version = sys.version.split()[0]
    print(f"正在准备 Python {version} 环境 / Making a virtual environment in {VENV}", flush=True)
    call([sys.executable, "-m", "venv", "--clear", VENV])


def install_python_packages(extra: str) -> None:
    """Installs the project and what it needs into `.venv`, unless just that was done before."""
    stamps = {name: VENV / f".prepared-{name or 'run'}" for name in (extra, "dev")}
    if any(stamp.exists() and stamp.read_text() == wanted_packages(name) for name, stamp in stamps.items()):
        return
    print("正在下载并安装 Python 软件包，第一次约 200 MB，网速慢时请耐心等待。", flush=True)
    print("Installing Python packages into .venv: 200 MB the first time, so be patient on a slow line.", flush=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    environment = {"PIP_DEFAULT_TIMEOUT": "60", "PIP_ROOT_USER_ACTION": "ignore"} | dict(os.environ)
    call([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *quiet, "-e", target], env=environment)
    stamps[extra].write_text(wanted_packages(extra))


def wanted_packages(extra: str) -> str:
    """A fingerprint of what an installation depends on: our own requirements and the folder it points to."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    parts = [project["build-system"], project["project"], extra, str(ROOT)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def nginx_with_rtmp() -> bool:
    """Whether tests find an nginx with its RTMP module: Debian's own, or the one we unpacked."""
    return any((top / "usr/sbin/nginx").exists() and (top / RTMP_MODULE).exists() for top in (NGINX, Path("/")))


def unpack_nginx() -> None:
    """Puts nginx with RTMP into `.venv`, without installing it.

    Debian's package would start a web server and start it again at every boot. The tests start their own by hand,
    so its files are enough: fetched by apt, unpacked by dpkg, no rights needed.
    """
    packages = ["nginx", "libnginx-mod-rtmp"]
    print(f"Unpacking {' and '.join(packages)} for the tests into {NGINX}", flush=True)
    if shutil.which("apt-get") is None:
        raise StopError("The tests need nginx with its RTMP module; install them, then call `make test` again.")
    with tempfile.TemporaryDirectory() as folder:
        # apt would fetch as a user of its own, who may not write here
        download = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *packages]
        if subprocess.run(download, cwd=folder, check=False).returncode != 0:
            prefix = rights()
            if prefix is None:
                raise StopError("Run `apt-get update` as root once, then call `make test` again.")
            refresh_package_lists(prefix)
            call(download, cwd=folder)
        NGINX.mkdir(parents=True, exist_ok=True)
        for archive in sorted(Path(folder).glob("*.deb")):
            call(["dpkg-deb", "-x", archive, NGINX])
    if not nginx_with_rtmp():
        raise StopError("nginx came without what the tests need; install nginx and libnginx-mod-rtmp by hand.")


def install_node_server() -> None:
    """Fetches an RTMP server of another make, 12 MB; where that cannot be, tests and bench do without."""
    if (NODE_SERVER / "node_modules" / "node-media-server").exists() or shutil.which("npm") is None:
        return
    print(f"Fetching node-media-server for the tests into {NODE_SERVER}", flush=True)
    NODE_SERVER.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    command = ["npm", "install", "--prefix", NODE_SERVER, *quiet, "node-media-server@4"]
    if subprocess.run(command, check=False).returncode != 0:
        print("It could not be fetched: the tests with it are left out.", file=sys.stderr, flush=True)


def call(
    command: Sequence[str | Path],
    cwd: str | None = None,
    env: dict[str, str] | None = None,
    stdout: int | None = None,
) -> None:
    """Runs a command and raises where it fails; its error output goes to the person."""
    subprocess.run(command, check=True, cwd=cwd, env=env, stdout=stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
