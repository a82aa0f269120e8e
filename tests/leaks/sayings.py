"""Every way in which a program says an object or an exception: to a log, a person, a debugger, a file."""

from __future__ import annotations

import copy
import dataclasses
import faulthandler
import io
import json
import logging
import pickle
import pprint
import reprlib
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

WIDE = 4000
NUMBERS = count()

OBJECT: Mapping[str, Callable[[Any], str | bytes]] = {
    "repr": repr,
    "str": str,
    "format": lambda it: f"{it} {it!r} {it!s} {it!a} {'%s %r' % (it, it)}",  # noqa: UP031 - old code prints so
    "ascii": ascii,
    "vars": lambda it: repr(vars(it)),
    "asdict": lambda it: repr(dataclasses.asdict(it)),
    "astuple": lambda it: repr(dataclasses.astuple(it)),
    "asdict as JSON": lambda it: json.dumps(dataclasses.asdict(it), default=vars),
    "JSON": json.dumps,
    "JSON of its str": lambda it: json.dumps(it, default=str),
    "JSON of its vars": lambda it: json.dumps(it, default=vars),
    "JSON of its asdict": lambda it: json.dumps(it, default=dataclasses.asdict),
    "pprint": pprint.pformat,
    "reprlib": reprlib.repr,
    "rich": lambda it: pretty_repr(it, max_width=WIDE),
    "deep copy": lambda it: repr(copy.deepcopy(it)),
    "shallow copy": lambda it: repr(copy.copy(it)),
    **{f"pickle {number}": partial(pickle.dumps, protocol=number) for number in range(6)},
    "log": lambda it: _logged(it, logging.Formatter("%(message)s %(args)s")),
    "powertools": lambda it: _powertools(it),  # noqa: PLW0108 - it is defined below
}


def said_of_object(it: object) -> dict[str, str | bytes]:
    """Return what each way says of an object; one that refuses says what it refuses with."""
    said = {}
    for name, way in OBJECT.items():
        try:
            said[name] = way(it)
        except Exception as error:  # noqa: BLE001 - a refusal is a way to say something, too
            said[name] = "".join(traceback.format_exception(error))
    return said


def said_of_exception(error: BaseException) -> dict[str, str | bytes]:
    """Return what each way says of an exception, with the variables of its frames and all that it came from."""
    console = Console(file=io.StringIO(), width=WIDE)
    console.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
    info = pytest.ExceptionInfo.from_exception(error)
    linked = list(_linked(error))
    return {
        "traceback": "".join(traceback.format_exception(error)),
        "traceback with locals": "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        ),
        "rich with locals": _written(console),
        "pytest with locals": str(info.getrepr(showlocals=True, style="long", truncate_locals=False)),
        "every variable": "\n".join(_variables(error)),
        "the exception": "\n".join(f"{each!r} {each} {each.args} {vars(each)}" for each in linked),
        "pickle": b"".join(map(_pickled, linked)),
        "log": _logged(error, logging.Formatter()),
        "powertools": _powertools(error),
        "faulthandler": _dumped(),
    }


def said_quickly(error: BaseException) -> dict[str, str | bytes]:
    """Return what the quick ways say of an exception: for walks, where hundreds of them are raised."""
    with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
    return {
        "traceback with locals": "".join(with_locals.format()),
        "the exception": "\n".join(f"{each!r} {each} {each.args} {vars(each)}" for each in _linked(error)),
        "log": _logged(error, logging.Formatter()),
    }


def _linked(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, what it came from, and what was being handled when it was raised."""
    known: set[int] = set()
    asked: list[BaseException | None] = [error]
    while asked:
        each = asked.pop()
        if each is not None and id(each) not in known:
            known.add(id(each))
            yield each
            asked += [each.__cause__, each.__context__]


def _variables(error: BaseException) -> Iterator[str]:
    for each in _linked(error):
        for frame, _ in traceback.walk_tb(each.__traceback__):
            for name, value in frame.f_locals.items():
                yield f"{name} {type(value)} {value!r}"
                yield from (f"{name} {key} {part!r}" for key, part in getattr(value, "__dict__", {}).items())


def _pickled(error: BaseException) -> bytes:
    try:
        return pickle.dumps(error)
    except (TypeError, AttributeError, pickle.PicklingError) as refused:
        return str(refused).encode()


def _logged(it: object, formatter: logging.Formatter) -> str:
    trouble = (type(it), it, it.__traceback__) if isinstance(it, BaseException) else None
    record = logging.LogRecord("said", logging.ERROR, __file__, 1, "said %s %r", (it, it), trouble)
    return formatter.format(record)


def _powertools(it: object) -> str:
    stream = io.StringIO()
    # A logger of Powertools keeps the stream of whoever made the first one of its name.
    logger = Logger(service=f"said-{next(NUMBERS)}", stream=stream)
    logger.error("said", extra={"it": it, "list": [it]}, exc_info=it if isinstance(it, BaseException) else None)
    logger.error({"it": it})
    return stream.getvalue()


def _dumped() -> str:
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        return file.read()


def _written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
