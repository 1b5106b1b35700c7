"""What the command line prints: text, screens and JSON, and one sentence where standard output cannot be written."""

# ruff: noqa: PLC0415 - what prints is imported when there is something to print, so that the help is quick

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import typer

from vnlink.errors import StorageError

__all__ = ["open_closed_streams", "print_json", "print_screen", "say", "unwritten"]


def open_closed_streams() -> None:
    """Give each standard stream that whoever started the program closed (``>&-``) a place where nothing is kept.

    Python has None for it, which nothing can be printed to; and the next file to be opened would get its number.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - until the end


@contextlib.contextmanager
def _output() -> Iterator[None]:
    """Word what the system says of standard output; whoever has stopped reading it is none of that."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(unwritten(error)) from error


def unwritten(error: OSError) -> str:
    """Say that standard output could not be written, and why."""
    return f"the output could not be written, the system says: {error.strerror}"


def say(text: str, *, nl: bool = True) -> None:
    """Print a text, with a line end where ``nl``.

    Raises
    ------
    StorageError
        It could not be written, as from all that prints here. Whoever has stopped reading is a BrokenPipeError.
    """
    with _output():
        typer.echo(text, nl=nl)


def print_screen(screen: Any) -> None:
    """Print what Rich draws."""
    from rich.console import Console

    # A log file has no width; 120 columns keep the tables whole there.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    with _output():
        console.print(screen)


def print_json(data: Any) -> None:
    """Print data as JSON, its keys in order."""
    import json

    say(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False))
