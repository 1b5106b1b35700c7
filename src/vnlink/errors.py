"""The tree of errors, and the one way to word them.

    VnlinkError              exit code
    ├── InputError           2   a table or an argument is not what the contract asks
    ├── ConfigError          3   a setting is unknown or out of range
    ├── ModelError           3   a model file does not fit, or is damaged
    ├── ResourceError        4   not enough memory, threads or room on the disk
    └── StorageError         5   a file could not be written or read back

A message says what was required, what was found (a type, a count, a row number) and what to do. It never shows a value of
a record: these texts end in logs and tickets. :func:`message` is the one helper that words them, and it refuses anything
that could be a record's value. What a caller may do about it is called as that caller writes it: :func:`allowed_by`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import traceback
from collections.abc import Iterator

__all__ = [
    "ConfigError",
    "InputError",
    "ModelError",
    "ResourceError",
    "StorageError",
    "VnlinkError",
    "allowed_by",
    "message",
]


class VnlinkError(Exception):
    """Base of every error that vnlink raises on purpose. ``exit_code`` is what the command line returns for it."""

    exit_code = 70

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the text, and the lines of the user's own that led to it, none of this package or below it.

        IPython asks an exception for this; debuggers are not affected.
        """
        package = os.path.join(os.path.dirname(__file__), "")  # noqa: PTH118, PTH120 - errors are loaded first, pathlib is not
        frames = itertools.takewhile(
            lambda frame: not frame.filename.startswith(package), traceback.extract_tb(self.__traceback__)
        )
        lines = [f"  line {frame.lineno}: {frame.line}" for frame in frames if frame.line and "IPython" not in frame.filename]
        return [f"{type(self).__name__}: {self}", *lines]


class InputError(VnlinkError):
    """A table, a file or an argument is not what the contract asks for."""

    exit_code = 2


class ConfigError(VnlinkError):
    """A setting is unknown, of the wrong type or out of range."""

    exit_code = 3


class ModelError(VnlinkError):
    """A model file is damaged, of another version, or cannot be saved as data."""

    exit_code = 3


class ResourceError(VnlinkError):
    """The machine has too little memory, disk or threads for what was asked."""

    exit_code = 4


class StorageError(VnlinkError):
    """A file of the result could not be written, or a finished folder could not be read back."""

    exit_code = 5


def message(
    what: str,
    *,
    remedy: str,
    column: str | None = None,
    side: str | None = None,
    count: int | None = None,
    row: int | None = None,
    place: str | None = None,
    found: type | None = None,
) -> str:
    """Word an error: what was required, where and how often it was missed, and what to do.

    Only names from the contract, counts, row numbers (1-based, as a person counts) and types are taken: there is no
    argument for a value, so no caller can leak one by accident.

    Parameters
    ----------
    what : str
        What was required and what is wrong, a fixed sentence of the program without its full stop.
    remedy : str
        What the user can do, a fixed sentence without its full stop.
    column, side : str, optional
        Canonical column name and "land" or "citizen".
    count, row : int, optional
        How many rows, and the first of them: rows of records, titles, header and empty lines not counted.
    place : str, optional
        Where that row stands in its file: "line 21 of the file", "row 21 of the sheet".
    found : type, optional
        The type that came instead.

    Examples
    --------
    >>> message("the key must be unique", column="citizen_id", side="citizen", count=3, row=17, remedy="remove the copies")
    'the key must be unique (citizen table, column citizen_id, 3 rows, first at row 17): remove the copies.'
    """
    where = [
        f"{side} table" if side else "",
        f"column {column}" if column else "",
        f"{count:,} row{'s' if count != 1 else ''}" if count is not None else "",
        f"{'first at ' if count and count > 1 else ''}row {row:,}" if row is not None else "",
        place or "",
        f"got {found.__name__}" if found is not None else "",
    ]
    details = ", ".join(part for part in where if part)
    return f"{what} ({details}): {remedy}." if details else f"{what}: {remedy}."


_ALLOWED = re.compile(r"allow it to be overwritten(?: \([^)]*\))?")


@contextlib.contextmanager
def allowed_by(way: str) -> Iterator[None]:
    """Name in an error the way by which its caller lets what is there be overwritten.

    Parameters
    ----------
    way : str
        The option of a command or the keyword of a function.

    Examples
    --------
    >>> with allowed_by("overwrite=True"):
    ...     raise StorageError("choose another folder, or allow it to be overwritten.")
    Traceback (most recent call last):
    vnlink.errors.StorageError: choose another folder, or allow it to be overwritten (overwrite=True).
    """
    try:
        yield
    except VnlinkError as error:
        error.args = (_ALLOWED.sub(f"allow it to be overwritten ({way})", str(error)), *error.args[1:])
        raise
