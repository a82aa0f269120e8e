"""The virtual machine, as the host sees it: started, asked over one serial line, stopped."""

from __future__ import annotations

import ast
import itertools
import os
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, Self

from agent.linux.shell import Ran
from real_mka.image import LOADER, built, library_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from real_mka.packages import Packages

BOOT_SECONDS = 120
ANSWER_SECONDS = 30
GONE = "the machine is gone"
CHUNK_BYTES = 131_072


class MachineError(Exception):
    """The machine doesn't start, doesn't answer, or could not do what was asked."""


class Machine:
    """One small virtual machine under software emulation; a context manager, safe to use from several threads."""

    def __init__(self, packages: Packages) -> None:
        """Take the packages to boot from."""
        self._packages = packages
        self._folder = tempfile.TemporaryDirectory(prefix="dxmacsec-mka-")
        self._numbers = itertools.count(1)
        self._answers: dict[int, Queue[tuple[str, Any]]] = {0: Queue()}
        self._writing = threading.Lock()
        self._line = socket.socket(socket.AF_UNIX)
        self._initrd = packages.root.parent / "initrd"
        self._gone = False
        self._process: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        """Boot, and wait until the machine answers.

        Raises:
            MachineError: it doesn't; with the end of its console.
        """
        folder = Path(self._folder.name)
        self._initrd.write_bytes(built(self._packages))
        with (folder / "qemu.log").open("wb") as log:
            modules = self._packages.root / "usr/lib/x86_64-linux-gnu/qemu"
            self._process = subprocess.Popen(  # noqa: S603 - the packages' own emulator
                self._command(folder),
                env={**os.environ, "QEMU_MODULE_DIR": str(modules)},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._connect(folder / "line")
        threading.Thread(target=self._listen, daemon=True).start()
        self._awaited(0, BOOT_SECONDS)

    def stop(self) -> None:
        """Stop the machine and forget it; repeating it is safe."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line.close()
        self._folder.cleanup()

    def now(self) -> float:
        """Return the machine's own time, in seconds."""
        return float(self._ask("now"))

    def run(self, argv: Sequence[str], seconds: float = ANSWER_SECONDS) -> Ran:
        """Run a program in the machine to its end."""
        return Ran(*self._ask("run", list(argv), seconds, seconds=seconds + ANSWER_SECONDS))

    def wait(self, seconds: float) -> None:
        """Let the machine work for a while."""
        time.sleep(seconds)

    def run_well(self, argv: Sequence[str]) -> str:
        """Run a program that must succeed, and return what it said.

        Raises:
            MachineError: it failed.
        """
        ran = self.run(argv)
        if ran.code != 0:
            message = f"{' '.join(argv)}: {ran.code}: {ran.err.strip()}"
            raise MachineError(message)
        return ran.out

    def launch(self, argv: Sequence[str], log: str) -> int:
        """Start a program that goes on running; return its process number."""
        return int(self._ask("start", list(argv), log))

    def interrupt(self, pid: int, seconds: float = 5) -> int:
        """Interrupt a program that was launched, and return how it ended."""
        return int(self._ask("stop", pid, seconds))

    def read(self, path: str) -> bytes | None:
        """Return a file of the machine; None where there is none."""
        parts: list[bytes] = []
        while (part := self._ask("read", path, sum(map(len, parts)), CHUNK_BYTES)) is not None:
            parts.append(part)
            if len(part) < CHUNK_BYTES:
                return b"".join(parts)
        return None

    def write(self, path: str, body: bytes, mode: int = 0o600) -> None:
        """Put a file into the machine, in one go."""
        self._ask("write", path, body, mode)

    def remove(self, path: str) -> None:
        """Remove a file of the machine, if it is there."""
        self._ask("remove", path)

    def _ask(self, name: str, *arguments: object, seconds: float = ANSWER_SECONDS) -> Any:  # noqa: ANN401 - each request has its own kind of answer
        number = next(self._numbers)
        self._answers[number] = Queue()
        if self._gone:
            raise MachineError(GONE)
        with self._writing:
            self._line.sendall(repr((number, name, *arguments)).encode() + b"\n")
        return self._awaited(number, seconds)

    def _awaited(self, number: int, seconds: float) -> Any:  # noqa: ANN401 - as `_ask`
        try:
            kind, value = self._answers[number].get(timeout=seconds)
        except Empty:
            message = f"the machine gave no answer within {seconds} s{self._console()}"
            raise MachineError(message) from None
        finally:
            del self._answers[number]
        if kind != "ok":
            raise MachineError(value)
        return value

    def _listen(self) -> None:
        with self._line.makefile("rb") as lines:
            for line in lines:
                number, kind, value = ast.literal_eval(line.decode())
                if number in self._answers:
                    self._answers[number].put((kind, value))
        self._gone = True
        for waiting in list(self._answers.values()):
            waiting.put(("error", GONE))

    def _connect(self, path: Path) -> None:
        deadline = time.monotonic() + BOOT_SECONDS
        while True:
            try:
                self._line.connect(str(path))
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline or (self._process is not None and self._process.poll() is not None):
                    message = f"the machine does not start{self._console()}"
                    raise MachineError(message) from None
                time.sleep(0.05)
            else:
                return

    def _console(self) -> str:
        folder = Path(self._folder.name)
        logs = [folder / "console.log", folder / "qemu.log"]
        text = "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())
        return f":\n{text}" if text.strip() else ""

    def _command(self, folder: Path) -> list[str]:
        root = self._packages.root
        return [
            *(str(root / LOADER), "--library-path", library_path(root), str(root / "usr/bin/qemu-system-x86_64")),
            *("-L", str(root / "usr/share/qemu"), "-L", str(root / "usr/share/seabios")),
            *("-accel", "tcg,tb-size=128,thread=multi", "-cpu", "max", "-smp", "2", "-m", "512"),
            *("-nodefaults", "-display", "none", "-net", "none", "-no-reboot", "-rtc", "base=utc"),
            *(
                "-kernel",
                str(root / f"boot/vmlinuz-{self._packages.kernel_release}"),
                "-initrd",
                str(self._initrd),
            ),
            *("-append", "console=ttyS0 quiet panic=-1 no_timer_check ipv6.disable=1 mitigations=off"),
            *("-serial", f"file:{folder / 'console.log'}", "-device", "virtio-serial-pci"),
            *("-chardev", f"socket,id=line,path={folder / 'line'},server=on,wait=off"),
            *("-device", "virtserialport,chardev=line,nr=1"),
        ]

    def __enter__(self) -> Self:
        """Return the machine, not yet booted: that takes a while, and something else may be done meanwhile."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop on exit."""
        self.stop()
