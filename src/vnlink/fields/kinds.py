"""The kinds of fields that can be declared: what their levels are, and what is believed of right pairs before any is seen.

A kind is a frozen description. How a column of it becomes numbers is in :mod:`vnlink.fields.encode`, how two numbers are
compared in :mod:`vnlink.fields.compare`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from vnlink.checks import CORRECT, refuse
from vnlink.errors import ConfigError, message

__all__ = ["EXACT", "KINDS", "MISSING", "Category", "Code", "Date", "Kind", "Level", "Name", "Number", "Text"]

MISSING, EXACT = 0, 1
"""Level numbers that every kind has: nothing to compare, and full agreement."""


class Level(NamedTuple):
    """How two values can agree: the name of the level, what it means, and its believed share among right pairs.

    The shares are orders of magnitude by judgement, the same for every register. They weigh as much as twenty pairs, so that
    they start the learning and vanish in it.
    """

    name: str
    meaning: str
    share: float


_NOTHING = Level("missing", "a side holds no value", 0.0)


@dataclass(frozen=True, slots=True)
class Kind:
    """What all kinds have in common.

    Parameters
    ----------
    column : str
        Header of the left table, and name of the field.
    right : str, optional
        Header of the right table; the same as ``column`` when not given.
    required : bool
        Whether the field must agree exactly for full, where the left row holds it.
    """

    column: str
    right: str | None = None
    required: bool = True

    levels: ClassVar[tuple[Level, ...]] = ()
    textual: ClassVar[bool] = False
    """Whether values are text of which a beginning is a useful key."""
    agreeing: ClassVar[tuple[str, ...]] = ("exact",)
    """Levels that count as agreement for full."""
    alike: ClassVar[tuple[str, ...]] = ("exact",)
    """Levels of values that may be one value with a slip; the others come by chance."""

    def __post_init__(self) -> None:
        for name in ("column", "right"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value.strip()) and not (name == "right" and value is None):
                raise refuse(f"{type(self).__name__}.{name}", "the header of a column", value)
        if not isinstance(self.required, bool):
            raise refuse(f"{type(self).__name__}.required", "true or false", self.required)

    @property
    def right_column(self) -> str:
        """Header of the right table."""
        return self.right or self.column

    def as_dict(self) -> dict[str, object]:
        """The description as plain data, with the name of its kind."""
        return {"kind": type(self).__name__, "column": self.column, "right": self.right, "required": self.required}


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Words: a street, a town, a title. Compared without case, marks and punctuation.

    Examples
    --------
    >>> [level.name for level in Text("street").levels]
    ['missing', 'exact', 'words', 'one_edit', 'close', 'similar', 'different']
    """

    textual: ClassVar[bool] = True
    alike: ClassVar[tuple[str, ...]] = ("exact", "words", "one_edit", "close")
    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same letters and words", 0.80),
        Level("words", "the same words in another order, or spaces elsewhere", 0.02),
        Level("one_edit", "one letter is wrong, missing, added, or two neighbours are swapped", 0.07),
        Level("close", "Jaro-Winkler similarity of at least 0.92", 0.03),
        Level("similar", "Jaro-Winkler similarity of at least 0.80", 0.03),
        Level("different", "anything else", 0.05),
    )


@dataclass(frozen=True, slots=True)
class Name(Kind):
    """A name of a person, whole or a part of it; also initials and shortened forms are told.

    Examples
    --------
    >>> Name("given_name").levels[3].name
    'initial'
    """

    textual: ClassVar[bool] = True
    alike: ClassVar[tuple[str, ...]] = ("exact", "words", "initial", "one_edit", "close")
    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same letters and words", 0.80),
        Level("words", "the same words in another order, or spaces elsewhere", 0.02),
        Level("initial", "every word is, or begins, the other's", 0.01),
        Level("one_edit", "one letter is wrong, missing, added, or two neighbours are swapped", 0.07),
        Level("close", "Jaro-Winkler similarity of at least 0.92", 0.03),
        Level("similar", "Jaro-Winkler similarity of at least 0.80", 0.02),
        Level("different", "anything else", 0.05),
    )


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """A number or code that is copied, not counted: an identifier, a telephone number, a postcode.

    Parameters
    ----------
    prefix : int
        Characters at the beginning that mean a larger unit (a district of a postcode); 0 when there is none.

    Examples
    --------
    >>> [level.name for level in Code("postcode", prefix=2).levels]
    ['missing', 'exact', 'one_edit', 'prefix', 'different']
    """

    prefix: int = 0
    alike: ClassVar[tuple[str, ...]] = ("exact", "one_edit")
    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same characters", 0.85),
        Level("one_edit", "one character is wrong, missing, added, or two neighbours are swapped", 0.08),
        Level("prefix", "the same beginning, where the declaration says that it means a larger unit", 0.02),
        Level("different", "anything else", 0.05),
    )

    def __post_init__(self) -> None:
        Kind.__post_init__(self)
        if isinstance(self.prefix, bool) or not isinstance(self.prefix, int) or not 0 <= self.prefix <= 32:
            raise refuse("Code.prefix", "a whole number from 0 to 32", self.prefix)

    def as_dict(self) -> dict[str, object]:
        """The description as plain data, with the name of its kind."""
        return {**Kind.as_dict(self), "prefix": self.prefix}


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A date, whole or only a year or a month: dates of Arrow and pandas, dd/mm/yyyy, yyyy-mm-dd, yyyymmdd, mm/yyyy, yyyy.

    Examples
    --------
    >>> [level.name for level in Date("born").levels][:4]
    ['missing', 'exact', 'part', 'swapped']
    """

    agreeing: ClassVar[tuple[str, ...]] = ("exact", "part")
    alike: ClassVar[tuple[str, ...]] = ("exact", "part", "swapped", "one_digit")
    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same date, or the same year or month where neither side holds more", 0.85),
        Level("part", "the same as far as the shorter of the two goes", 0.03),
        Level("swapped", "day and month are swapped", 0.01),
        Level("one_digit", "one digit differs, or two neighbouring digits are swapped", 0.05),
        Level("day_and_month", "the same day and month in another year", 0.01),
        Level("year", "the same year, another day", 0.02),
        Level("different", "anything else", 0.03),
    )


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A quantity: an area, an age, an amount.

    Parameters
    ----------
    near : float
        Largest difference of the level "near", in the unit of the column.
    near_share : float
        The same as a share of the larger value; what allows more counts.

    Examples
    --------
    >>> [level.name for level in Number("area", near=1.0, near_share=0.02).levels]
    ['missing', 'exact', 'near', 'different']
    """

    near: float = 1.0
    near_share: float = 0.0
    alike: ClassVar[tuple[str, ...]] = ("exact", "near")
    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same number", 0.85),
        Level("near", "no further apart than the declaration allows", 0.08),
        Level("different", "anything else", 0.07),
    )

    def __post_init__(self) -> None:
        Kind.__post_init__(self)
        for name in ("near", "near_share"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
                raise refuse(f"Number.{name}", "a number of at least 0", value)

    def as_dict(self) -> dict[str, object]:
        """The description as plain data, with the name of its kind."""
        return {**Kind.as_dict(self), "near": self.near, "near_share": self.near_share}


@dataclass(frozen=True, slots=True)
class Category(Kind):
    """One of a few words or codes: a sex, a state, a kind of ownership.

    Examples
    --------
    >>> [level.name for level in Category("sex").levels]
    ['missing', 'exact', 'different']
    """

    levels: ClassVar[tuple[Level, ...]] = (
        _NOTHING,
        Level("exact", "the same word", 0.95),
        Level("different", "another word", 0.05),
    )


KINDS: dict[str, type[Kind]] = {kind.__name__: kind for kind in (Text, Name, Code, Date, Number, Category)}


def kind_of(data: dict[str, object]) -> Kind:
    """Rebuild a kind from :meth:`Kind.as_dict`.

    Raises
    ------
    ConfigError
        The kind is unknown, or one of its settings is.
    """
    name, settings = data.get("kind"), {key: value for key, value in data.items() if key != "kind"}
    if not isinstance(name, str) or name not in KINDS:
        raise ConfigError(message("a kind of field must be one of " + ", ".join(KINDS), remedy=CORRECT))
    try:
        return KINDS[name](**settings)  # type: ignore[arg-type]  # each class checks its own
    except TypeError:
        raise ConfigError(
            message(f"a field of kind {name} has a setting that this kind does not know", remedy=CORRECT)
        ) from None
