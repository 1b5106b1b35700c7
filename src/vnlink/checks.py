"""What a setting may be: small checks that :mod:`vnlink.config` puts on its fields.

A check takes a value and the path of its setting ("decide.top_k"); it returns the value in its final type or raises
ConfigError with the path and what is allowed.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real

from vnlink.errors import ConfigError, InputError, message

__all__ = [
    "CORRECT",
    "Check",
    "dictionary",
    "memory",
    "one_of",
    "optional",
    "parse_bytes",
    "refuse",
    "refuse_other_names",
    "refuse_unknown",
    "several_of",
    "share",
    "switch",
    "whole",
]

Check = Callable[[object, str], object]
"""Takes the value and the path of its setting, returns the value in its final type or raises ConfigError."""

CORRECT = "correct the setting"


def refuse(path: str, allowed: str, value: object) -> ConfigError:
    """The error for a value outside what is allowed; the type is named only where the type is wrong."""
    plain = isinstance(value, (Real, str)) and not isinstance(value, bool)
    return ConfigError(message(f"{path} must be {allowed}", found=None if plain else type(value), remedy=CORRECT))


def whole(low: int, high: int) -> Check:
    """A whole number from ``low`` to ``high``, both allowed."""

    def check(value: object, path: str) -> int:
        number = int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None
        if number is None or not low <= number <= high:
            raise refuse(path, f"a whole number from {low:,} to {high:,}", value)
        return number

    return check


def share(low: float, high: float) -> Check:
    """A number strictly between ``low`` and ``high``: probabilities of 0 and 1 are promises nobody can keep."""

    def check(value: object, path: str) -> float:
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or not low < float(value) < high:  # type: ignore[arg-type]  # NaN fails the comparison too
            raise refuse(path, f"a number above {low:g} and below {high:g}", value)
        return float(value)  # type: ignore[arg-type]

    return check


def switch(value: object, path: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise refuse(path, "true or false", value)
    return value


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise refuse(path, "one of " + ", ".join(f'"{word}"' for word in allowed), value)
        return value

    return check


def optional(inner: Check) -> Check:
    """None, or what ``inner`` allows."""

    def check(value: object, path: str) -> object:
        return None if value is None else inner(value, path)

    return check


def several_of(*allowed: str) -> Check:
    """A list of a few words, each at most once."""

    def check(value: object, path: str) -> tuple[str, ...]:
        words = ", ".join(f'"{word}"' for word in allowed)
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise refuse(path, f"a list of {words}", value)
        chosen = tuple(value)
        if any(word not in allowed for word in chosen) or len(set(chosen)) != len(chosen):
            raise ConfigError(message(f"{path} must be a list of {words}, each at most once", remedy=CORRECT))
        return chosen

    return check


def dictionary(allowed: tuple[str, ...]) -> Check:
    """A table from text to one of the allowed words. It is copied: a frozen section shares nothing with its caller."""

    def check(value: object, path: str) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise refuse(path, 'a table of "text" = "word"', value)
        for key, word in value.items():
            if not isinstance(key, str) or not key.strip():
                raise ConfigError(message(f"{path} must have text as its keys", found=type(key), remedy=CORRECT))
            if not isinstance(word, str) or word not in allowed:
                raise refuse(f'{path}."{key}"', "one of " + ", ".join(allowed), word)
        return dict(value)

    return check


def memory(value: object, path: str) -> int:
    """A size of at least 1 MiB, in bytes or as :func:`parse_bytes` reads it."""
    if isinstance(value, bool) or not isinstance(value, (Integral, str)):
        raise refuse(path, 'a size such as "8GiB" or a number of bytes', value)
    size = parse_bytes(value if isinstance(value, str) else int(value), path)
    if size < _MIB:
        raise refuse(path, "at least 1MiB", value)
    return size


def _nearest(name: object, known: Iterable[str], prefix: str = "") -> str | None:
    """Ask for the known name that is like this one, as a remedy; None where none is."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f"did you mean {prefix}{near[0]}" if near else None


def refuse_unknown(values: Mapping[str, object], known: list[str], prefix: str) -> None:
    """Refuse the first name that is not a setting, with the nearest one that is."""
    for name in values:
        if name not in known:
            remedy = _nearest(name, known, prefix) or "the settings here are " + ", ".join(known)
            raise ConfigError(message(f"{prefix}{name} is not a setting", remedy=remedy))


def refuse_other_names(params: Iterable[str], known: Iterable[str], owner: str) -> None:
    """Refuse the first keyword of ``set_params`` that is no setting of its owner, with the nearest one that is."""
    names = list(known)
    for name in params:
        if name not in names:
            remedy = _nearest(name, names) or f"see {owner}.get_params()"
            raise InputError(message(f"{name} is no setting of {owner}", remedy=remedy))


_MIB = 1 << 20
_UNITS = {"": 1, "b": 1}
for _power, _letter in enumerate("kmgt", start=1):
    # A bare letter means the binary unit, as in the tools that show memory on Linux; "GB" is decimal, as on a box of disks.
    _UNITS |= {_letter: 1024**_power, f"{_letter}ib": 1024**_power, f"{_letter}b": 1000**_power}


def parse_bytes(text: str | int, path: str = "the size") -> int:
    """Read a size in bytes.

    Parameters
    ----------
    text : str or int
        A number with a unit: B, KB/MB/GB/TB (powers of 1000), KiB/MiB/GiB/TiB or K/M/G/T (powers of 1024). Case does not
        matter; a plain number is bytes.
    path : str
        What the size is of, for the error.

    Returns
    -------
    int

    Raises
    ------
    ConfigError

    Examples
    --------
    >>> parse_bytes("8GiB"), parse_bytes("1.5 MB"), parse_bytes(4096)
    (8589934592, 1500000, 4096)
    """
    allowed = 'a size such as "8GiB", "500 MB" or a number of bytes'
    if isinstance(text, int):
        if text < 0:
            raise refuse(path, allowed, text)
        return text
    parts = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", text.lower(), re.ASCII)
    if parts is None or parts[2] not in _UNITS:
        raise refuse(path, allowed, text)
    size = float(parts[1]) * _UNITS[parts[2]]
    if not math.isfinite(size) or size >= 1 << 62:
        raise refuse(path, allowed, text)
    return int(parts[1]) * _UNITS[parts[2]] if parts[1].isdigit() else int(size)
