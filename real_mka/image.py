"""The virtual machine's file system: what the guest needs of the packages, as one cpio archive."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from real_mka import guest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from real_mka.packages import Packages

PROGRAMS = ("bin/busybox", "bin/ip", "sbin/wpa_supplicant", "sbin/wpa_cli", "usr/bin/tcpdump", "usr/bin/python3.11")
PYTHON_LIBRARY = "usr/lib/python3.11"
LIBRARIES = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")
LOADER = "lib64/ld-linux-x86-64.so.2"
MODULES = (
    "virtio_pci",
    "virtio_console",
    "af_packet",
    "veth",
    "8021q",
    "macsec",
    "gcm",
    "ghash-generic",
    "ctr",
    "cmac",
)
"""What the guest loads, each after what it depends on; one that is built into the kernel is left out."""

_FOLDERS = ("dev", "proc", "sys", "tmp", "run", "root", "guest", "lib", "usr", "var", "var/run", "etc", "bin", "sbin")
_INIT = """#!/bin/busybox sh
export PATH=/sbin:/bin:/usr/bin PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/guest
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t tmpfs tmpfs /run
exec </dev/null >/dev/console 2>&1
for module in {modules}; do /bin/busybox insmod "/modules/$module.ko"; done
exec /usr/bin/python3.11 -u /guest/agent.py /dev/vport0p1
"""


def built(packages: Packages) -> bytes:
    """Return the archive for this set of packages; the same packages and guest files give the same bytes."""
    archive = _Archive()
    for folder in _FOLDERS:
        archive.folder(folder)
    for program in PROGRAMS:
        archive.file(program, (packages.root / program).read_bytes(), executable=True)
    for path in _needed_libraries(packages.root):
        archive.file(str(path.relative_to(packages.root)), path.read_bytes(), executable=True)
    for path in sorted((packages.root / PYTHON_LIBRARY).rglob("*")):
        if path.is_file() and not path.is_symlink():
            archive.file(str(path.relative_to(packages.root)), path.read_bytes())
    modules = _needed_modules(packages)
    for path in modules:
        archive.file(f"modules/{path.name}", path.read_bytes())
    for path in sorted(Path(guest.__file__).parent.glob("*.py")):
        archive.file(f"guest/{path.name}", path.read_bytes())
    archive.file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    archive.file("init", _INIT.format(modules=" ".join(path.stem for path in modules)).encode(), executable=True)
    return archive.finished()


def library_path(root: Path) -> str:
    """Return where the loader shall look for the packages' own libraries."""
    return ":".join(str(root / folder) for folder in LIBRARIES)


def _needed_libraries(root: Path) -> list[Path]:
    found = {root / LOADER}
    loader = [str(root / LOADER), "--library-path", library_path(root), "--list"]
    for program in PROGRAMS[1:]:
        listed = subprocess.run(  # noqa: S603 - the packages' own loader
            [*loader, str(root / program)], check=True, capture_output=True, text=True
        ).stdout
        words = (line.split() for line in listed.splitlines())
        found |= {Path(word[2]) for word in words if len(word) > 2 and word[2].startswith(str(root))}  # noqa: PLR2004 - name => path (address)
    return sorted(found)


def _needed_modules(packages: Packages) -> list[Path]:
    """Return the modules in the order in which they can be loaded."""
    folder = packages.root / "lib/modules" / packages.kernel_release / "kernel"
    known = {path.stem.replace("-", "_"): path for path in folder.rglob("*.ko")}
    wanted: list[Path] = []

    def want(name: str) -> None:
        path = known.get(name.replace("-", "_"))
        if path is None or path in wanted:
            return
        for other in _depends(path):
            want(other)
        wanted.append(path)

    for name in MODULES:
        want(name)
    return wanted


def _depends(module: Path) -> Iterator[str]:
    """Yield what a module's own `depends=` names."""
    _, _, rest = module.read_bytes().partition(b"\0depends=")
    yield from filter(None, rest.partition(b"\0")[0].decode().split(","))


@dataclass
class _Archive:
    """A cpio archive in the format `newc`, which the kernel unpacks as its first file system."""

    _parts: list[bytes] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)
    _count: int = 0

    def folder(self, name: str) -> None:
        """Add a folder and those above it, once."""
        parent = str(Path(name).parent)
        if parent != ".":
            self.folder(parent)
        if name not in self._folders:
            self._folders.add(name)
            self._add(name, stat.S_IFDIR | 0o755, b"")

    def file(self, name: str, body: bytes, *, executable: bool = False) -> None:
        """Add a file."""
        if "/" in name:
            self.folder(str(Path(name).parent))
        self._add(name, stat.S_IFREG | (0o755 if executable else 0o644), body)

    def finished(self) -> bytes:
        """Return the whole archive."""
        self._add("TRAILER!!!", 0, b"")
        return b"".join(self._parts)

    def _add(self, name: str, mode: int, body: bytes) -> None:
        self._count += 1
        text = name.encode() + b"\0"
        numbers = (self._count, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(text), 0)
        head = b"070701" + "".join(f"{number:08x}" for number in numbers).encode() + text
        self._parts += [head, b"\0" * (-len(head) % 4), body, b"\0" * (-len(body) % 4)]
