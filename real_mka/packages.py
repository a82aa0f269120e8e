"""The Debian packages that the virtual machine is made of: fetched and unpacked, never installed."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

WANTED = ("qemu-system-x86", "wpasupplicant", "iproute2", "busybox-static", "tcpdump", "python3-minimal")
KERNEL = "linux-image-amd64"
RELEASE, RELEASE_MARK = "Debian 12", "python3.11-minimal"
_SECONDS = 120
_STAMP = "packages.txt"


class PackagesUnavailable(Exception):
    """The packages can't be had here; the text is the reason, in one line."""


@dataclass(frozen=True, slots=True)
class Packages:
    """Where the packages are unpacked, and what they are."""

    root: Path
    names: tuple[str, ...]

    @property
    def kernel_release(self) -> str:
        """Return the release of the kernel that was unpacked."""
        return next((self.root / "boot").glob("vmlinuz-*")).name.removeprefix("vmlinuz-")


def fetched(cache: Path) -> Packages:
    """Return the packages, unpacked below `cache`; what is there already is used without asking anybody.

    Nothing is installed and no right is needed: apt resolves against an empty machine, so that the result
    doesn't depend on what is installed here.

    Raises:
        PackagesUnavailable: no apt here, another processor, no network, or no such package.
    """
    root = cache / "root"
    if not (root / _STAMP).exists():
        _refuse_other_machines()
        apt = _Apt(cache)
        names = apt.resolved()
        apt.download(names)
        _unpack(cache / "archives", root, names)
    return Packages(root, tuple((root / _STAMP).read_text().split()))


def _refuse_other_machines() -> None:
    if platform.machine() != "x86_64":
        message = f"the packages are for x86_64, this machine is {platform.machine()}"
        raise PackagesUnavailable(message)
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            message = f"{tool} is not here: the packages come from Debian"
            raise PackagesUnavailable(message)


class _Apt:
    """apt with folders of its own and the sources of this machine."""

    def __init__(self, cache: Path) -> None:
        self._archives = cache / "archives"
        (self._archives / "partial").mkdir(parents=True, exist_ok=True)
        (cache / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        status = cache / "nothing-installed"
        status.touch()
        self._own_lists = ("-o", f"Dir::State::lists={cache / 'lists'}")
        self._options: tuple[str, ...] = (
            *("-o", f"Dir::State::status={status}", "-o", f"Dir::Cache::archives={self._archives}"),
            *("-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="),
            *("-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="),
        )

    def resolved(self) -> tuple[str, ...]:
        """Return `name=version` of every package that is needed; fetches lists where there are none."""
        if not self._kernel():
            self._options += self._own_lists
            self._run("apt-get", "update")
        kernel = self._kernel()
        if not kernel:
            message = f"the package sources of this machine know no {KERNEL}"
            raise PackagesUnavailable(message)
        install = ("install", "--yes", "--no-install-recommends", "--reinstall", "--print-uris")
        printed = self._run("apt-get", *install, *WANTED)
        names = sorted(_requirement(line) for line in printed.splitlines() if line.startswith("'"))
        refuse_other_releases(names)
        return (kernel, *names)

    def download(self, names: Sequence[str]) -> None:
        """Fetch the packages that are missing; apt checks their hashes."""
        for file in self._archives.glob("*.deb"):
            if _stem(file) not in {name.partition("=")[0] for name in names}:
                file.unlink()
        self._run("apt-get", "download", *names)

    def _kernel(self) -> str:
        """Return the kernel package that the moving name stands for, or nothing."""
        done = self._done("apt-cache", "depends", KERNEL)
        lines = (line.strip() for line in done.stdout.splitlines())
        return next((line.split()[-1] for line in lines if line.startswith("Depends: linux-image-")), "")

    def _run(self, *argv: str) -> str:
        done = self._done(*argv)
        if done.returncode != 0:
            reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
            message = f"{argv[0]} {argv[1]}: {reason}"
            raise PackagesUnavailable(message)
        return done.stdout

    def _done(self, *argv: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - apt with our own arguments
                [argv[0], *self._options, *argv[1:]],
                cwd=self._archives,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"{argv[0]} {argv[1]}: no answer within {_SECONDS} s"
            raise PackagesUnavailable(message) from error


def refuse_other_releases(names: Sequence[str]) -> None:
    """Refuse packages of another release than the one whose paths and formats the virtual machine is built from.

    Raises:
        PackagesUnavailable: they are of another one.
    """
    if not any(name.startswith(f"{RELEASE_MARK}=") for name in names):
        message = f"the package sources of this machine are not those of {RELEASE}"
        raise PackagesUnavailable(message)


def _requirement(line: str) -> str:
    """Return `name=version` of a line that `--print-uris` printed: 'uri' file size hash."""
    name, version, _ = line.split()[1].split("_")
    return f"{name}={unquote(version)}"


def _stem(file: Path) -> str:
    return file.name.partition("_")[0]


def _unpack(archives: Path, root: Path, names: Sequence[str]) -> None:
    """Unpack into a folder that gets its name only when it is whole."""
    half = root.with_name("root.half")
    shutil.rmtree(half, ignore_errors=True)
    for file in sorted(archives.glob("*.deb")):
        subprocess.run(  # noqa: S603 - our own folders
            ["dpkg-deb", "--extract", str(file), str(half)],  # noqa: S607 - as the machine has it
            check=True,
            capture_output=True,
        )
    (half / _STAMP).write_text("\n".join(names) + "\n")
    shutil.rmtree(root, ignore_errors=True)
    half.rename(root)
