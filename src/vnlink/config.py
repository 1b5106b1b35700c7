"""The settings of a run: one parse, one validation.

A configuration is a tree of frozen dataclasses. Every field carries its own check, which runs when the section is built, so
a value from a TOML file, from a model file or from a keyword argument passes the same gate:

    >>> Config().decide.top_k
    3
    >>> Config().replace(decide={"top_k": 0})
    Traceback (most recent call last):
        ...
    vnlink.errors.ConfigError: decide.top_k must be a whole number from 1 to 10: correct the setting.

The file has the same sections and names::

    [columns]                       # headers of both tables -> canonical columns
    "Họ tên chủ hộ" = "full_name"

    [columns.land]                  # of one table only
    "Mã hồ sơ" = "land_user_id"

    [decide]
    top_k = 5

    [run]
    memory_bytes = "8GiB"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from vnlink.checks import (
    CORRECT,
    Check,
    dictionary,
    memory,
    one_of,
    optional,
    parse_bytes,
    refuse,
    refuse_unknown,
    several_of,
    share,
    switch,
    whole,
)
from vnlink.errors import ConfigError, message
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS, Side

__all__ = [
    "Columns",
    "Config",
    "Decide",
    "Normalize",
    "Run",
    "load_config",
    "parse_bytes",
]


def _setting(default: Any, check: Check) -> Any:
    return field(default=default, metadata={"check": check})


class _Section:
    """What the sections share: checks when built, refusal of unknown names, a plain dictionary of themselves."""

    __slots__ = ()
    _path = ""

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            path = f"{self._path}.{one.name}"
            object.__setattr__(self, one.name, one.metadata["check"](getattr(self, one.name), path))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Build the section from a table of settings; what is not given keeps its default."""
        if not isinstance(values, Mapping):
            raise refuse(f"[{cls._path}]", "a table of settings", values)
        known = [one.name for one in fields(cls)]  # type: ignore[arg-type]
        refuse_unknown(values, known, f"{cls._path}.")
        return cls(**values)

    def as_dict(self) -> dict[str, object]:
        """The section as plain data for JSON."""
        plain: dict[str, object] = {}
        for one in fields(self):  # type: ignore[arg-type]
            value = getattr(self, one.name)
            plain[one.name] = list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value
        return plain


@dataclass(frozen=True, slots=True)
class Columns(_Section):
    """Headers of the user's tables -> canonical columns.

    Attributes
    ----------
    land, citizen : dict of str to str
        Headers of one table (``[columns.land]``, ``[columns.citizen]``); each of them has to be in that table.
    both : dict of str to str
        Headers of either table (plain ``[columns]``); each is used where it is found.
    """

    land: dict[str, str] = field(default_factory=dict, metadata={"check": dictionary(LAND_COLUMNS)})
    citizen: dict[str, str] = field(default_factory=dict, metadata={"check": dictionary(CITIZEN_COLUMNS)})
    both: dict[str, str] = field(
        default_factory=dict, metadata={"check": dictionary(tuple(dict.fromkeys(LAND_COLUMNS + CITIZEN_COLUMNS)))}
    )
    _path = "columns"

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Build from the ``[columns]`` table: plain entries are headers of both tables, sub-tables those of one."""
        if not isinstance(values, Mapping):
            raise refuse("[columns]", "a table of headers", values)
        parts: dict[str, Any] = {name: part for name, part in values.items() if isinstance(part, Mapping)}
        refuse_unknown(parts, ["land", "citizen", "both"], "columns.")
        plain = {header: column for header, column in values.items() if not isinstance(column, Mapping)}
        return cls(**(parts | {"both": dict(parts.get("both", {})) | plain}))

    def of_side(self, side: Side) -> dict[str, str]:
        """The headers that the table of this side has to have."""
        return self.land if side is Side.LAND else self.citizen

    def shared_with(self, side: Side) -> dict[str, str]:
        """The headers that the table of this side may have."""
        allowed = LAND_COLUMNS if side is Side.LAND else CITIZEN_COLUMNS
        return {header: column for header, column in self.both.items() if column in allowed}


@dataclass(frozen=True, slots=True)
class Normalize(_Section):
    """How raw values are read.

    Attributes
    ----------
    gender_codes : dict of str to {"male", "female"}, optional
        What the values of the sex columns mean, where the recognised words and codes do not fit.
    land_vintage, citizen_vintage : {"old", "2025"}, optional
        Which list of communes the codes of a side are from; None leaves it to the column's own values.
    legacy_encodings : bool
        Whether names, those of relatives too, and addresses that were saved from an old encoding (TCVN3, VNI, VISCII, VIQR,
        UTF-8 saved twice) are read back, where a column, the rows of a commune or three words of a cell prove it. What was
        found is in the manifest, and the persons carry the flag ENCODING_REPAIRED.
    place_from_rows : bool
        Whether a row that tells no place takes the commune of the rows with neighbouring ids, where these prove to tell it;
        see :mod:`vnlink.vicinity`.
    """

    gender_codes: dict[str, str] | None = field(default=None, metadata={"check": optional(dictionary(("male", "female")))})
    land_vintage: str | None = _setting(None, optional(one_of("old", "2025")))
    citizen_vintage: str | None = _setting(None, optional(one_of("old", "2025")))
    legacy_encodings: bool = _setting(True, switch)
    place_from_rows: bool = _setting(True, switch)
    _path = "normalize"


@dataclass(frozen=True, slots=True)
class Decide(_Section):
    """How odds become full, partial or none.

    Attributes
    ----------
    top_k : int
        Candidates written per person.
    probability_partial : float
        Lowest probability of partial. Raise it: fewer doubtful links, more persons without one.
    probability_full : float
        Lowest probability of full, as odds: ``log_odds`` has to reach log2(p / (1 - p)) bits, 10.96 by default. The column
        ``probability`` is less by a share of doubt, one in ten thousand at the most: full links may show less than this.
        Raise it: fewer wrong full links, more left to a clerk.
    short_list : int
        Candidates that may reach ``probability_partial`` together.
    max_wrong_full : float, optional
        Promised share of wrong citizens among those linked in full; sets the threshold of full in place of
        ``probability_full``. An InputError where the registers are too small to prove it.
    confidence : float
        Probability that such a promise holds; without one it changes nothing.
    full_requires : tuple of str
        Fields that must agree, where the land register holds them, for full.
    status : {"rule", "learned"}
        What tells full from partial: the status rule with ``full_requires``, or what clerks' labels taught (the model needs
        some). Either way full needs ``probability_full`` and no contradiction of personal ids or birth dates.
    other_rows : bool
        Whether other land users who lead to the same citizen say something of whether a person is in the population; see
        :mod:`vnlink.other_rows`. Not with ``max_wrong_full``.
    one_to_one : {"none", "land_user", "parcel"}
        Within which group a citizen may be given to one person only: nowhere, among the persons of a land user, or among
        those of all land users of a parcel. Many land users to one citizen stays allowed where they are of other groups.
    """

    top_k: int = _setting(3, whole(1, 10))
    probability_partial: float = _setting(0.5, share(0.0, 1.0))
    probability_full: float = _setting(0.9995, share(0.0, 1.0))
    short_list: int = _setting(10, whole(1, 10))
    max_wrong_full: float | None = _setting(None, optional(share(0.0, 0.5)))
    confidence: float = _setting(0.95, share(0.5, 1.0))
    full_requires: tuple[str, ...] = _setting(("name", "birth", "id", "sex"), several_of("name", "birth", "id", "sex"))
    status: str = _setting("rule", one_of("rule", "learned"))
    other_rows: bool = _setting(True, switch)
    one_to_one: str = _setting("none", one_of("none", "land_user", "parcel"))
    _path = "decide"

    def __post_init__(self) -> None:
        # super() cannot be used here: with slots=True the decorated class is another object than the one in this scope.
        _Section.__post_init__(self)
        if self.probability_partial > self.probability_full:
            raise ConfigError(message("decide.probability_partial must not be above decide.probability_full", remedy=CORRECT))
        if self.max_wrong_full is not None and self.one_to_one != "none":
            what = "no share of wrong full links can be promised where citizens are shared out"
            raise ConfigError(message(what, remedy="leave out decide.one_to_one or decide.max_wrong_full"))
        if self.max_wrong_full is not None and self.status == "learned":
            what = "a share of wrong full links can be promised of the status rule only"
            raise ConfigError(message(what, remedy='leave out decide.max_wrong_full, or set decide.status = "rule"'))


@dataclass(frozen=True, slots=True)
class Run(_Section):
    """What a run may use of the machine.

    Attributes
    ----------
    threads : int, optional
        None: all cores.
    memory_bytes : int, optional
        Memory the run may use, three quarters of the machine's when not given: see :mod:`vnlink.memory`. Text such as "8GiB"
        is read by :func:`parse_bytes`.
    batch_rows : int
        Rows of a table taken at a time; changes memory and speed, never a result.
    seed : int
        Where training samples; changes which rows, never how many.
    """

    threads: int | None = _setting(None, optional(whole(1, 1024)))
    memory_bytes: int | None = _setting(None, optional(memory))
    batch_rows: int = _setting(131_072, whole(1, 1 << 24))
    seed: int = _setting(20_250_701, whole(0, (1 << 63) - 1))
    _path = "run"


_SECTIONS: dict[str, type[_Section]] = {
    "columns": Columns,
    "normalize": Normalize,
    "decide": Decide,
    "run": Run,
}


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run; every one has a default.

    Examples
    --------
    >>> config = Config.from_mapping({"columns": {"Họ tên chủ": "full_name"}, "run": {"memory_bytes": "2GiB"}})
    >>> config.columns.shared_with(Side.LAND), config.run.memory_bytes
    ({'Họ tên chủ': 'full_name'}, 2147483648)
    >>> Config.from_mapping(config.as_dict()) == config
    True
    """

    columns: Columns = field(default_factory=Columns)
    normalize: Normalize = field(default_factory=Normalize)
    decide: Decide = field(default_factory=Decide)
    run: Run = field(default_factory=Run)

    def __post_init__(self) -> None:
        for name, section in _SECTIONS.items():
            if not isinstance(getattr(self, name), section):
                raise refuse(f"[{name}]", "a section of the configuration", getattr(self, name))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Config:
        """Build a configuration from plain data (a TOML document, the manifest of a run).

        Raises
        ------
        ConfigError
            Naming the path of a setting that is unknown, of the wrong type or out of range, and what is allowed.
        """
        refuse_unknown(values, list(_SECTIONS), "")
        built: dict[str, Any] = {name: _SECTIONS[name].from_mapping(part) for name, part in values.items()}  # type: ignore[arg-type]
        return cls(**built)

    def as_dict(self) -> dict[str, object]:
        """The whole configuration as plain data, defaults included: what the manifest records."""
        return {name: getattr(self, name).as_dict() for name in _SECTIONS}

    def replace(self, **changes: Mapping[str, object]) -> Config:
        """A copy with some settings changed, each section given as a mapping.

        Examples
        --------
        >>> Config().replace(decide={"top_k": 5}, run={"threads": 2}).decide.top_k
        5
        """
        refuse_unknown(changes, list(_SECTIONS), "")
        plain: dict[str, Any] = self.as_dict()
        for name, change in changes.items():
            if not isinstance(change, Mapping):
                raise refuse(f"[{name}]", "a table of settings", change)
            plain[name] = plain[name] | dict(change)
        return Config.from_mapping(plain)


def load_config(path: str | os.PathLike[str] | None) -> Config:
    """Read a configuration file; None gives the defaults.

    Parameters
    ----------
    path : path-like, optional
        A TOML file.

    Raises
    ------
    ConfigError
        The file cannot be read, is not TOML, or holds a setting that is unknown, of the wrong type or out of range.
    """
    if path is None:
        return Config()
    file = Path(path)
    try:
        values = tomllib.loads(file.read_bytes().decode("utf-8-sig"))  # editors of Windows put a mark before the first letter
    except OSError as error:
        raise ConfigError(message(f"the configuration file {file.name} cannot be read", remedy=_why(error))) from error
    except UnicodeDecodeError:
        raise ConfigError(message(f"the configuration file {file.name} is not UTF-8", remedy="save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(message(f"the configuration file {file.name} is not TOML", remedy=str(error).rstrip("."))) from None
    return Config.from_mapping(values)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
