"""What two registers have in common: their keys, their fields, and how candidates are found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vnlink.checks import CORRECT, refuse
from vnlink.errors import ConfigError, message
from vnlink.fields.kinds import Kind, kind_of

__all__ = ["MAX_FIELDS", "Declaration", "Key"]

MAX_FIELDS = 12
"""A pattern is one integer of 63 bits, of which a field takes five."""

_MAX_KEYS = 64


@dataclass(frozen=True, slots=True, init=False)
class Key:
    """A way to find candidates: records that agree in all these fields are compared.

    Parameters
    ----------
    *fields : str
        Names of fields.
    letters : int
        Only so many letters of the beginning of text and names count; 0 for whole values.

    Examples
    --------
    >>> Key("surname", "born"), Key("surname", "postcode", letters=4)
    (Key('surname', 'born'), Key('surname', 'postcode', letters=4))
    """

    fields: tuple[str, ...]
    letters: int

    def __init__(self, *fields: str, letters: int = 0) -> None:
        if not fields or not all(isinstance(name, str) for name in fields) or len(set(fields)) != len(fields):
            raise ConfigError(message("a key must name one or more fields, each once", remedy=CORRECT))
        if isinstance(letters, bool) or not isinstance(letters, int) or not 0 <= letters <= 32:
            raise refuse("Key.letters", "a whole number from 0 to 32", letters)
        object.__setattr__(self, "fields", tuple(fields))
        object.__setattr__(self, "letters", letters)

    def __repr__(self) -> str:
        names = ", ".join(repr(name) for name in self.fields)
        return f"Key({names}, letters={self.letters})" if self.letters else f"Key({names})"


def _keys(blocking: Any) -> tuple[Key, ...]:
    """Read keys: each a :class:`Key`, the name of a field, or a tuple of names."""
    if isinstance(blocking, (str, Key)) or not isinstance(blocking, Iterable):
        raise refuse("Declaration.blocking", "a list of keys", blocking)
    found = []
    for one in blocking:
        if isinstance(one, Key):
            found.append(one)
        elif isinstance(one, str):
            found.append(Key(one))
        elif isinstance(one, (tuple, list)):
            found.append(Key(*one))
        else:
            raise refuse("Declaration.blocking", "a list of keys, names of fields, or tuples of names", one)
    if not 0 < len(found) <= _MAX_KEYS:
        raise ConfigError(message(f"Declaration.blocking must hold 1 to {_MAX_KEYS} keys", remedy=CORRECT))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Declaration:
    """Two registers, described.

    Parameters
    ----------
    left_id : str
        Header of the column of the left table that tells its rows apart.
    right_id : str, optional
        The same of the right table; ``left_id`` when not given.
    fields : sequence of Kind
        At most twelve.
    blocking : sequence of Key, str or tuple of str, optional
        Keys that bring candidates together; chosen from the registers themselves when not given.

    Raises
    ------
    ConfigError
        Naming what is unknown, missing or there twice.

    Examples
    --------
    >>> from vnlink.fields import Category, Date, Name
    >>> fields = [Name("surname"), Date("born"), Category("sex")]
    >>> Declaration("nr", fields=fields, blocking=["born", ("surname", "sex")]).blocking
    (Key('born'), Key('surname', 'sex'))
    """

    left_id: str
    right_id: str | None = None
    fields: tuple[Kind, ...] = field(kw_only=True)
    blocking: tuple[Key, ...] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("left_id", "right_id"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value.strip()) and not (name == "right_id" and value is None):
                raise refuse(f"Declaration.{name}", "the header of a column", value)
        if isinstance(self.fields, (str, Kind)) or not isinstance(self.fields, Iterable):
            raise refuse("Declaration.fields", "a list of fields", self.fields)
        fields = tuple(self.fields)
        for one in fields:
            if not isinstance(one, Kind) or not one.levels:
                raise refuse("Declaration.fields", "a list of fields such as Text, Name or Date", one)
        if not 0 < len(fields) <= MAX_FIELDS:
            raise ConfigError(message(f"Declaration.fields must hold 1 to {MAX_FIELDS} fields", remedy=CORRECT))
        names = [one.column for one in fields]
        if len(set(names)) != len(names):
            raise ConfigError(message("Declaration.fields must name each column of the left table once", remedy=CORRECT))
        object.__setattr__(self, "fields", fields)
        if self.blocking is not None:
            object.__setattr__(self, "blocking", _keys(self.blocking))
            unknown = [name for key in self.blocking for name in key.fields if name not in names]
            if unknown:
                remedy = "the fields are " + ", ".join(names)
                raise ConfigError(
                    message(f"a key of Declaration.blocking names {unknown[0]}, which is no field", remedy=remedy)
                )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(one.column for one in self.fields)

    def as_dict(self) -> dict[str, object]:
        """The declaration as plain data for a model file."""
        keys = (
            None if self.blocking is None else [{"fields": list(key.fields), "letters": key.letters} for key in self.blocking]
        )
        fields = [one.as_dict() for one in self.fields]
        return {"left_id": self.left_id, "right_id": self.right_id, "fields": fields, "blocking": keys}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Declaration:
        """Rebuild a declaration from :meth:`as_dict`.

        Raises
        ------
        ConfigError, KeyError, TypeError
        """
        keys = data["blocking"]
        blocking = None if keys is None else tuple(Key(*key["fields"], letters=key["letters"]) for key in keys)
        fields = tuple(kind_of(dict(one)) for one in data["fields"])
        return cls(data["left_id"], data["right_id"], fields=fields, blocking=blocking)
