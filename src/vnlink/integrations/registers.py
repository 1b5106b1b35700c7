"""Both registers as other tools take them: plain normalised columns, a row a person, and the pairs that vnlink would compare.

``prepare`` reads two registers as a run of vnlink does and gives

land        one row for every person of every land user: ``land_user_id``, ``person_no``, ``person`` (the key of the person)
citizens    one row for every citizen: ``citizen_id``

with these columns on both sides; what is not known is null:

======================================  ======================================================================================
name, name_folded                       "Trần Thị Hòa", "tran thi hoa"
family, middle, given                   parts of the folded name
name_sound                              a number that names share which regional speech confuses (l/n, s/x, ch/tr, d/gi/r ...)
unmarked                                the name is written without any mark
birth_date, birth_year, birth_day       yyyy-mm-dd where the day is known; the year; month x 100 + day
sex                                     "male", "female"
personal_id, old_id                     12 and 9 digits, lost zeros put back
origin                                  province of before July 2025 whose code begins the personal id: of birth registration
communes, commune                       present communes that the address can mean; the commune where it is one
districts, province                     old districts of these communes; the present province
old_provinces                           provinces of before July 2025 that the address can lie in, to look for an origin in
locality                                a number of the hamlet, quarter or street below the commune
partner                                 a number of the folded name of the other one of a couple
household                               a number of the household (citizens only)
======================================  ======================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS
from vnlink.blocking.keys import KeyKind
from vnlink.config import Config
from vnlink.engines.local import LandPart, LocalEngine, joined
from vnlink.errors import InputError, message
from vnlink.homes import are_households
from vnlink.linkage import Linkage
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import sequence_hash
from vnlink.normalize.names import normalize_name
from vnlink.schema import OLD_PROVINCES, SEX_FEMALE, SEX_MALE, People, Side
from vnlink.storage.headers import fold_header, recognise, required_columns

__all__ = ["Prepared", "Registers", "columns_of_people", "person_keys", "person_of_keys", "prepare"]

_SEXES = pa.array([None, "male", "female"])
_ORIGINS = pa.array([f"{code:03}" for code in range(1000)])
_BATCH = 131_072


class Prepared(NamedTuple):
    """Two prepared registers; see :mod:`vnlink.integrations.registers` for the columns.

    Attributes
    ----------
    land, citizens : pyarrow.Table
    """

    land: pa.Table
    citizens: pa.Table


def columns_of_people(labels: Sequence[Any], side: Side, config: Config | None = None) -> dict[str, list[Any]]:
    """Find the columns of a frame whose rows are people and whose ids are its index.

    Parameters
    ----------
    labels : sequence
        Labels of the columns.
    side : Side
    config : Config, optional
        For columns that are not recognised.

    Returns
    -------
    dict of str to list
        Canonical column -> the labels it is read from, the strongest first.

    Raises
    ------
    InputError
        There is no column of names, or several claim one column that has no rule for it.

    Examples
    --------
    >>> columns_of_people(["Họ và tên", "Năm sinh", "Ghi chú"], Side.LAND)
    {'full_name': ['Họ và tên'], 'birth_date': ['Năm sinh']}
    """
    key = required_columns(side)[0]
    others = [label for label in labels if fold_header(str(label)) != fold_header(key)]  # a frame may hold its index as well
    columns = (config or Config()).columns
    found = recognise([key, *map(str, others)], side, columns.of_side(side), columns.shared_with(side))
    return {name: [others[at - 1] for at in sources] for name, sources in found.sources.items() if name != key}


def person_keys(land_user_id: Any, person_no: Any) -> pa.Array:
    """Return one text key for each person of a land user.

    The first person has the key of the land user itself, so that where every row names one person the keys are those of the
    register; the others have "#" and their number behind it.

    Raises
    ------
    InputError
        Two persons would have one key, because a land user is called like another's second person.

    Examples
    --------
    >>> person_keys(["L1", "L1", "L2"], [1, 2, 1]).to_pylist()
    ['L1', 'L1#2', 'L2']
    """
    ids = _flat(pa.array(land_user_id) if isinstance(land_user_id, list) else land_user_id).cast(pa.large_string())
    numbers = _flat(pa.array(person_no) if isinstance(person_no, list) else person_no)
    further = pc.not_equal(numbers, 1)
    numbered = pc.binary_join_element_wise(ids, numbers.cast(pa.large_string()), pa.scalar("#", pa.large_string()))
    taken = pc.is_in(numbered.filter(further), value_set=ids).true_count
    if taken:
        what = 'the keys "land user#2" of further persons must be nobody else\'s'
        raise InputError(message(what, count=taken, remedy="give the land users other ids"))
    keys: pa.Array = pc.if_else(further, numbered, ids).cast(pa.string())
    return keys


def person_of_keys(keys: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Take keys of :func:`person_keys` apart again: ids of the land users and numbers of the persons.

    Examples
    --------
    >>> users, numbers = person_of_keys(pa.array(["L1", "L1#2", "L#1"]))
    >>> users.to_pylist(), numbers.to_pylist()
    (['L1', 'L1', 'L#1'], [1, 2, 1])
    """
    split = pc.extract_regex(_flat(keys).cast(pa.string()), r"^(?P<user>(?s:.*?))(?:#(?P<no>[2-9]|[1-9][0-9]{1,2}))?$")
    number = pc.struct_field(split, "no")
    return pc.struct_field(split, "user"), pc.if_else(pc.equal(number, ""), "1", number).cast(pa.int32())


class Registers(Linkage):
    """Two registers, read: a linkage that gives its columns and its candidate pairs to other tools.

    Parameters
    ----------
    land, citizens : path or frame
    config : Config, optional

    Examples
    --------
    >>> land = pa.table({"land_user_id": ["L1"], "full_name": ["Hộ ông Lê Văn Đức, bà Trần Thị Hoà"], "birth_date": ["1960"]})
    >>> citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Trần Thị Hòa"], "birth_date": ["05/11/1962"]})
    >>> registers = Registers(land, citizens)
    >>> registers.prepared().land.select(["person", "name", "birth_year"]).to_pylist()[1]
    {'person': 'L1#2', 'name': 'Trần Thị Hòa', 'birth_year': None}
    >>> person, citizen = registers.candidates()
    >>> person.tolist(), citizen.tolist()
    ([1], [0])
    """

    def __init__(self, land: Any, citizens: Any, config: Config | None = None) -> None:
        super().__init__(land, citizens, config or Config())

    def prepared(self, *, guessed: bool = False) -> Prepared:
        """Return both registers as plain columns.

        Parameters
        ----------
        guessed : bool
            Whether rows that tell no place show the commune of the rows beside them (:mod:`vnlink.vicinity`), by which vnlink
            itself compares them.
        """
        people = self.land.people
        if not guessed:
            people.place = self.land.table.place.read()
        ids = self.land.ids.combine_chunks().take(pa.array(people.row))
        numbers = pa.array(people.person_no.astype(np.int32))
        keys = {"land_user_id": ids, "person_no": numbers, "person": person_keys(ids, numbers)}
        land = pa.table(keys | self._plain(people))
        others = self.citizens.people
        citizens = pa.table({"citizen_id": self.citizens.ids.combine_chunks()} | self._plain(others))
        households = _known(others.household.view(np.int64), are_households(others.household))
        citizens = citizens.append_column("household", households)
        return Prepared(land, citizens)

    def _plain(self, people: People) -> dict[str, pa.Array]:
        names: Any = normalize_name(self.reader.render(people.syllables))
        parts: dict[str, Any] = {part: normalize_name(names.field(part)) for part in ("family", "middle", "given")}
        folded = {part: read.field("folded") for part, read in parts.items()}
        sound = sequence_hash(np.ascontiguousarray(people.syllables), self.reader.lexicon.regional_hash)
        year, day = people.birth // 10000, people.birth % 10000
        code = people.personal_id // 10**9
        return {
            "name": names.field("text"),
            "name_folded": names.field("folded"),
            **folded,
            "name_sound": _known(sound.view(np.int64), sound != 0),
            "unmarked": pc.equal(pc.utf8_lower(names.field("text")), names.field("folded")),
            "birth_date": _iso(people.birth),
            "birth_year": _known(year, year > 0),
            "birth_day": _known(day, day % 100 > 0),
            "sex": _SEXES.take(pa.array(people.sex)),
            "personal_id": _digits(people.personal_id, 12),
            "old_id": _digits(people.old_id.astype(np.int64), 9),
            "origin": _ORIGINS.take(_known(code, np.isin(code, OLD_PROVINCES))),
            **self._places_of(people.place),
            "locality": _known(people.locality, people.locality != 0),
            "partner": _known(people.partner.view(np.int64), people.partner != 0),
        }

    def _places_of(self, place: NDArray[np.int32]) -> dict[str, pa.Array]:
        """Codes of the present communes, old districts and provinces of each row."""
        arrays, gazetteer = self.reader.places, Gazetteer.load()
        communes = _code_lists(arrays.communes, gazetteer.new_commune_codes)
        single = pa.array([codes[0] if len(codes) == 1 else None for codes in communes], pa.string())
        provinces = pa.array(gazetteer.new_province_codes).take(pa.array(arrays.province, mask=arrays.province < 0))
        rows = pa.array(place)
        return {
            "communes": pa.array(communes, pa.list_(pa.string())).take(rows),
            "commune": single.take(rows),
            "districts": pa.array(_code_lists(arrays.districts, gazetteer.old_district_codes), pa.list_(pa.string())).take(
                rows
            ),
            "province": provinces.take(rows),
            "old_provinces": _old_provinces(arrays.origins).take(rows),
        }

    def whole(self) -> LocalEngine:
        """Return the sweeps of the whole land side, with the population counted."""
        engine = self.engine(LandPart.of(self.land.table, 0, len(self.land.table)))
        engine.count(DEFAULT_LIMITS)
        return engine

    def candidates(self, keys: Iterable[KeyKind] | None = None) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """List the pairs to compare, each once, in order of person and citizen.

        Parameters
        ----------
        keys : iterable of KeyKind, optional
            Kinds of blocking key that may bring a pair. All when not given; then a household brings pairs too.

        Returns
        -------
        person, citizen : int32[p]
            Rows of the two prepared tables.
        """
        engine = self.whole()
        if keys is None:
            person, citizen, *_ = engine.pairs()
        else:
            wanted = frozenset(keys)
            allowed = np.array([kind in wanted for kind in KeyKind], np.uint8)
            work = engine.lister(engine.index, engine.land.records, allowed)
            person, citizen, *_ = joined([piece for batch in self.population.batches(_BATCH) for piece in work(*batch)])
        order = np.lexsort((citizen, person))
        return person[order], citizen[order]


def prepare(land: Any, citizens: Any, config: Config | None = None) -> Prepared:
    """Read two registers and return them as plain normalised columns, a row a person.

    Parameters
    ----------
    land, citizens : path or frame
        As :class:`vnlink.Linker` takes them.
    config : Config, optional

    Returns
    -------
    Prepared
        ``land`` and ``citizens``, Arrow tables: ``.to_pandas()``, ``pl.from_arrow(...)``, or DuckDB by their names.
    """
    return Registers(land, citizens, config).prepared()


def _flat(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else pa.array(column)


def _known(values: NDArray[Any], known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, mask=~known)


def _digits(values: NDArray[np.int64], width: int) -> pa.Array:
    text = pc.utf8_lpad(pa.array(np.maximum(values, 0)).cast(pa.string()), width, "0")
    return pc.if_else(pa.array(values >= 0), text, pa.scalar(None, pa.string()))


def _iso(birth: NDArray[np.int32]) -> pa.Array:
    """Dates yyyymmdd as yyyy-mm-dd, null where the day is not known."""
    digits = pa.array(birth).cast(pa.string())
    parts = [pc.utf8_slice_codeunits(digits, start, stop) for start, stop in ((0, 4), (4, 6), (6, 8))]
    return pc.if_else(pa.array(birth % 100 > 0), pc.binary_join_element_wise(*parts, "-"), pa.scalar(None, pa.string()))


def _code_lists(numbers: NDArray[np.int16], codes: Any) -> list[list[str]]:
    return [[codes[number] for number in row if number >= 0] for row in numbers.tolist()]


def _old_provinces(origins: NDArray[np.uint64]) -> pa.Array:
    """Codes of the provinces in each set of bits; null for an empty set. There are few different sets."""
    sets, place = np.unique(origins, return_inverse=True)
    codes = [[f"{code:03}" for bit, code in enumerate(OLD_PROVINCES) if bits >> bit & 1] or None for bits in sets.tolist()]
    return pa.array(codes, pa.list_(pa.string())).take(pa.array(place))


assert (SEX_MALE, SEX_FEMALE) == (1, 2)  # the order of _SEXES
