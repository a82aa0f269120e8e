"""A change of Arista EOS in a configuration session of its own.

A session stays on the switch, with its lines, until it is committed or aborted, the switch restarts, or 24 hours are
over (https://arista.com/um-eos/eos-configure-session); losing the command line doesn't end it. Whoever enters its name
again goes on with those lines. So no two changes share a name, and what a change left behind is aborted by the next.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROMPT = r"#\s*$"

_COMMIT_SECONDS = 60


def sent(connection: Any, enter: str, lines: Sequence[str], **reading: Any) -> str:  # noqa: ANN401 - Netmiko's own
    """Send lines and commit them; a failure aborts the session.

    Args:
        connection: an open connection of Netmiko.
        enter: the command that enters a session, without what makes its name unique.
        lines: the change.
        reading: how Netmiko reads the answers to the lines.

    Raises:
        ConfigInvalidException: of Netmiko; a line or the commit was refused.
        NetmikoBaseException, OSError, EOFError, ValueError: the device is gone, or lets nobody in.
    """
    stem = enter.rsplit(maxsplit=1)[-1]
    _abort_leftovers(connection, stem)
    command = f"{enter}-{secrets.token_hex(4)}"
    try:
        said = str(
            connection.send_config_set(list(lines), config_mode_command=command, exit_config_mode=False, **reading)
        )
        return said + _committed(connection)
    except Exception:
        # Where the device is gone, the first error is the one to tell; the next change aborts what it left.
        with suppress(Exception):
            if connection.check_config_mode():
                connection.send_command("abort", expect_string=_PROMPT)
        raise


def _committed(connection: Any) -> str:  # noqa: ANN401 - as `sent`
    from netmiko.exceptions import ConfigInvalidException  # noqa: PLC0415 - an optional extra, and slow to load

    said = str(connection.send_command("commit", expect_string=_PROMPT, read_timeout=_COMMIT_SECONDS))
    if connection.check_config_mode():
        message = f"not committed: {said.strip()}"
        raise ConfigInvalidException(message)
    return said


def _abort_leftovers(connection: Any, stem: str) -> None:  # noqa: ANN401 - as `sent`
    """Abort our sessions that nobody is in; one with a user and a terminal belongs to a change under way."""
    shown = str(connection.send_command("show configuration sessions"))
    for left in re.findall(rf"^[ \t]*({re.escape(stem)}-[0-9a-f]+)[ \t]+pending[ \t\r]*$", shown, re.MULTILINE):
        connection.send_command(f"configure session {left}", expect_string=_PROMPT)
        connection.send_command("abort", expect_string=_PROMPT)
