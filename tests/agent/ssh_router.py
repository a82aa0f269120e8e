"""A played router behind a real SSH server on the loopback: what Netmiko speaks to."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import paramiko  # type: ignore[import-untyped]  # it has no types

if TYPE_CHECKING:
    from tests.agent.played_router import PlayedRouter

PASSWORD = "hunter2-of-the-router"  # noqa: S105 - of a router that is played
NAMES = {"ios-xe": "edge1", "ios-xr": "RP/0/RP0/CPU0:edge1", "nx-os": "edge1", "junos": "netops@edge1", "eos": "edge1"}
COMMITS = ("ios-xr", "junos", "eos")
ANSWERS = {
    "terminal width 511": "Width set to 511 columns.",
    "terminal length 0": "Pagination disabled.",
    "set cli screen-width 511": "Screen width set to 511",
    "set cli complete-on-space off": "Disabling complete-on-space",
    "set cli screen-length 0": "Screen length set to 0",
    "copy running-config startup-config": "[########################################] 100%\nCopy complete.",
    "write mem": "Building configuration...\n[OK]",
}


class _Door(paramiko.ServerInterface):  # type: ignore[misc]  # it has no types
    """Lets one user in."""

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("netops", PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - the library's own signature
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 - the library's own signature
        if kind == "session":
            return int(paramiko.OPEN_SUCCEEDED)
        return int(paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)

    def check_channel_pty_request(self, *_: Any) -> bool:  # noqa: ANN401 - the library's own signature
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:  # noqa: ARG002 - the library's own signature
        return True


class SshRouter:
    """Serves one played router until it is closed."""

    def __init__(self, router: PlayedRouter, key: paramiko.PKey) -> None:
        self.router, self._key = router, key
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def known_hosts(self, path: Path) -> str:
        """Write the file that knows this router."""
        path.write_text(f"[127.0.0.1]:{self.port} {self._key.get_name()} {self._key.get_base64()}\n")
        return str(path)

    def close(self) -> None:
        """Stop serving."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for transport in self._transports:
            transport.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(accepted)
            transport.add_server_key(self._key)
            self._transports.append(transport)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                continue
            if channel := transport.accept(10):
                threading.Thread(target=_CommandLine(self.router, channel).run, daemon=True).start()


class _CommandLine:
    """The dialogue of one session."""

    def __init__(self, router: PlayedRouter, channel: paramiko.Channel) -> None:
        self.router, self.channel = router, channel
        self.candidate: list[str] | None = None
        self.session = ""

    def run(self) -> None:
        """Answer line by line until the other side leaves; only EOS keeps what was not committed then."""
        try:
            self._talk()
        except (EOFError, OSError):
            # The other side is gone already.
            return
        finally:
            self.router.entered.discard(self.session)

    def _talk(self) -> None:
        self._say(self._prompt())
        text = ""
        while part := self.channel.recv(4096).decode():
            text += part.replace("\r", "\n")
            while "\n" in text:
                line, text = text.split("\n", 1)
                hung_up = self.router.hangs_up is not None and line.startswith(self.router.hangs_up)
                if hung_up or (line == "exit" and self.candidate is None):
                    self.channel.close()
                    return
                out = self._answer(line.strip()) if line.strip() else ""
                self._say("\r\n".join([line, *out.splitlines(), self._prompt()]))

    def _say(self, text: str) -> None:
        self.channel.sendall(text.encode())

    def _prompt(self) -> str:
        name, configuring = NAMES[self.router.platform], self.candidate is not None
        if self.router.platform == "junos":
            return f"\r\n[edit]\r\n{name}# " if configuring else f"{name}> "
        inside = "(config-s-dxmacs)" if self.router.platform == "eos" else "(config)"
        return f"{name}{inside}#" if configuring else f"{name}#"

    def _answer(self, line: str) -> str:
        if line.startswith("configure"):
            self.candidate = self._entered(line.rsplit(maxsplit=1)[-1]) if self.router.platform == "eos" else []
            return "Entering configuration mode" if self.router.platform == "junos" else ""
        if self.candidate is not None:
            return self._configured(line)
        if line == "show configuration sessions" and self.router.platform == "eos":
            return self._sessions()
        if line.startswith(("write mem", "copy running-config startup-config")):
            self.router.saved += 1
        return ANSWERS.get(line, "") if not line.startswith("show") else self.router.show(line)

    def _configured(self, line: str) -> str:
        assert self.candidate is not None
        if line == "abort" and self.router.platform == "eos":
            self._ended()
            return ""
        if line in ("end", "exit", "exit configuration-mode"):
            self.candidate = None
            self.router.entered.discard(self.session)
            return "Exiting configuration mode" if self.router.platform == "junos" else ""
        if line.startswith("commit"):
            return self._committed()
        if line in ("show", "do show"):
            return ""
        if self.router.platform in COMMITS:
            if not (said := self._tried(line)):
                self.candidate.append(line)
            return said
        return self.router.line(line)

    def _tried(self, line: str) -> str:
        """Say what the device would say at once of a line that only counts at the commit."""
        if self.router.refuses and self.router.refuses in line:
            return (
                f"% Invalid input detected at '^' marker.\n{line}"
                if self.router.platform != "junos"
                else "syntax error."
            )
        return ""

    def _entered(self, name: str) -> list[str]:
        """Enter a session of EOS: a name that is known goes on where it was left."""
        self.session = name
        self.router.entered.add(name)
        return self.router.sessions.setdefault(name, [])

    def _ended(self) -> None:
        """End a session of EOS; nothing but a commit and an abort does."""
        self.router.sessions.pop(self.session, None)
        self.router.entered.discard(self.session)
        self.candidate = None

    def _sessions(self) -> str:
        rows = []
        for name in self.router.sessions:
            who = "     netops  vty5" if name in self.router.entered else ""
            rows.append(f"{'*' if name == self.session else ' '} {name:25} pending{who}")
        return "\n".join(
            [
                "Maximum number of completed sessions: 1",
                "Maximum number of pending sessions: 5",
                "",
                "  Name                      State       User    Terminal",
                "  ------------------------- ----------- ------- --------",
                *rows,
            ]
        )

    def _committed(self) -> str:
        if self.router.refuses_commit:
            return "% Commit refused"
        said = [out for line in self.candidate or () if (out := self.router.line(line))]
        self.router.commits += 1
        if self.router.platform == "eos":
            self._ended()
        else:
            self.candidate = []
        return "\n".join(said) or ("commit complete" if self.router.platform == "junos" else "")
