"""The tables that pass between the stages, and the words they are written in.

Stages meet here, in :mod:`vnlink.linkage` and :mod:`vnlink.deciding` only; they do not import each other.

Text becomes numbers at the door (:mod:`vnlink.normalize`), and from there on a person is one row of a few arrays:

* a name is a row of up to :data:`MAX_SYLLABLES` syllable numbers, ``-1`` where there is none;
* a birth date is the integer yyyymmdd, with 00 for a month or day that is not known, and 0 when nothing is known;
* a sex is :data:`SEX_MISSING`, :data:`SEX_MALE` or :data:`SEX_FEMALE`;
* a personal id is its 12 digits and an old id its 9 digits as an integer, ``-1`` when missing;
* a place is a row number of the run's table of distinct places, 0 when nothing is known.

Left is the land side, right the citizen side, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = [
    "CITIZEN_COLUMNS",
    "LAND_COLUMNS",
    "LINKS_SCHEMA",
    "MAX_COMMUNES",
    "MAX_SYLLABLES",
    "QUARANTINE_SCHEMA",
    "SEX_FEMALE",
    "SEX_MALE",
    "SEX_MISSING",
    "COMMUNE_LEVELS",
    "CROWDED",
    "FIRST_DATE",
    "COMMUNE_REACHES",
    "HAMLET_LEVELS",
    "HAMLET_REACHES",
    "Field",
    "Flag",
    "LexiconArrays",
    "OLD_PROVINCES",
    "OwnerColumn",
    "RARITY_BEARERS",
    "RARITY_LEVELS",
    "OwnerKind",
    "People",
    "PlaceArrays",
    "Role",
    "Side",
    "Status",
    "TRUTH_COLUMNS",
    "field_levels",
]

FIRST_DATE = 10000
"""The least date yyyymmdd with a year. A smaller number in the record of a land person is no date: 0, or the year in which
another person of the land user was born, where the person's own is not told."""

MAX_COMMUNES = 12
"""Present communes that one place can mean at most: what four in five old districts went to, and any homonyms worth keeping."""

MAX_SYLLABLES = 8
"""Syllables kept of one name. The longest names of citizens have five or six; 8 x 4 bytes is half a cache line."""

SEX_MISSING, SEX_MALE, SEX_FEMALE = 0, 1, 2

HAMLET_REACHES, COMMUNE_REACHES = (64, 256, 1024, 4096, 16384), (4096, 16384, 65536)
"""Reaches of a hamlet and of a commune (:mod:`vnlink.families`) at which the next grade begins: grade 1 is below the first one.
Grade 0 is not known."""

HAMLET_LEVELS, COMMUNE_LEVELS = (
    (*(f"{place}_{reach}" for reach in reaches), f"{place}_more")
    for place, reaches in (("hamlet", HAMLET_REACHES), ("commune", COMMUNE_REACHES))
)
"""Levels of two places in one hamlet, and in one commune, by the grade of the citizen's: the one that tells most first."""

RARITY_BEARERS: tuple[float, ...] = tuple(2.0 ** (level / 2.0 - 7.0) for level in range(55))
"""How many further citizens of a name, or of those that it may be short for, are to be expected (:mod:`vnlink.namesakes`) at
each level of its rarity: two levels to the doubling, from one in a hundred registers to a million."""

RARITY_LEVELS = (*(f"r{level}" for level in range(len(RARITY_BEARERS))), *(f"nobody_{chance}" for chance in range(9)))
"""Levels of rarity. Behind those of names that somebody bears stand those of names that nobody does, by how many bearers chance
lets expect: from one in a thousand registers on, two doublings to the level."""

CROWDED = 20
"""Level of rarity from which on a name has more bearers than are looked up by a name alone (ten): eight are expected."""

OLD_PROVINCES = (
    *(1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33),
    *(34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66),
    *(67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96),
)
"""Codes of the 63 provinces of before July 2025, with which a personal id begins (resources/id_provinces.csv), in the order
of the gazetteer's dense numbers."""


class Side(StrEnum):
    """Which register a row is from."""

    LAND = "land"
    CITIZEN = "citizen"


class Status(StrEnum):
    """The decision for one person of one land user."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class OwnerKind(IntEnum):
    """What the owner string of a land register names."""

    PERSON = 0
    ORGANISATION = 1
    COMMUNITY = 2
    RELIGIOUS = 3
    UNREADABLE = 4
    STATE = 5


class Role(IntEnum):
    """The part a person has in an owner string."""

    OWNER = 0
    SPOUSE = 1
    HEAD = 2
    REPRESENTATIVE = 3


class Flag(IntEnum):
    """Bits that say what was noticed while a record was read. A flag never removes a record."""

    DECEASED = 1 << 0
    NAME_CUT = 1 << 1
    NAME_HAS_INITIAL = 1 << 2
    NAME_HAS_ALIAS = 1 << 3
    NAME_UNMARKED = 1 << 4
    NAME_ODD_CHARACTERS = 1 << 5
    DATE_UNREADABLE = 1 << 6
    DATE_DEFAULT = 1 << 7
    ID_UNREADABLE = 1 << 8
    ID_REPAIRED = 1 << 9
    ID_OTHER_PAPER = 1 << 10
    SEX_UNREADABLE = 1 << 11
    HEIRS = 1 << 12
    LEFTOVER = 1 << 13
    ENCODING_REPAIRED = 1 << 14
    CELL_CUT = 1 << 15
    DATE_IMPOSSIBLE = 1 << 16
    DATE_SWAPPED = 1 << 17
    DATE_CENTURY = 1 << 18
    ID_ODD_CHARACTERS = 1 << 19
    ID_SHAPE_ONLY = 1 << 20
    ID_INCOMPLETE = 1 << 21
    SEX_FROM_SPOUSE = 1 << 22
    DATE_DAY_NUMBER = 1 << 23
    SPOUSE_FROM_CHILDREN = 1 << 24
    CITIZEN_DECEASED = 1 << 25
    PLACE_FROM_ROWS = 1 << 26


LAND_COLUMNS = (
    "land_user_id",
    "full_name",
    "birth_date",
    "gender",
    "id_number",
    "address",
    "commune_code",
    "commune_vintage",
    "parcel_id",
)
"""Canonical columns of the land side; the first two are required."""

CITIZEN_COLUMNS = (
    "citizen_id",
    "full_name",
    "birth_date",
    "gender",
    "personal_id",
    "old_id_number",
    "address",
    "commune_code",
    "commune_vintage",
    "household_id",
    "spouse_name",
    "spouse_id",
    "father_name",
    "mother_name",
    "other_names",
    "death_date",
)
"""Canonical columns of the citizen side; the first two are required."""

TRUTH_COLUMNS = ("land_user_id", "person_no", "citizen_id", "status")
"""Columns of a truth, and of clerks' decisions; person_no is 1 when absent."""

LINKS_SCHEMA = pa.schema(
    [
        ("land_user_id", pa.string()),
        ("person_no", pa.int32()),
        ("person_name", pa.string()),
        ("citizen_id", pa.string()),
        ("status", pa.string()),
        ("probability", pa.float64()),
        ("log_odds", pa.float64()),
        ("margin", pa.float64()),
        ("namesakes", pa.float64()),
        ("reasons", pa.list_(pa.string())),
    ]
)

QUARANTINE_SCHEMA = pa.schema([("side", pa.string()), ("row", pa.int64()), ("reason", pa.string())])


class Field(NamedTuple):
    """One field of a pattern: its name, the names of its levels (0 is missing), and where its bits lie in the integer."""

    name: str
    levels: tuple[str, ...]
    shift: int
    bits: int


def field_levels(patterns: NDArray[np.int64], field: Field) -> NDArray[np.int64]:
    """Return the level of one field for each pattern."""
    return (patterns >> field.shift) & ((1 << field.bits) - 1)


class LexiconArrays(NamedTuple):
    """What the kernels know of each distinct syllable; one entry a syllable.

    The hashes are stable functions of the text: ``fold_hash`` of the syllable without any mark, ``regional_hash`` of
    the folded form with sounds merged that regional speech confuses. ``fold_id`` is a small number of the folded form, ``tone``
    0 to 5, ``shapes`` the marks that belong to the letters (two bits for each of the first eight folded ones), ``packed`` those
    letters, a byte each (first letter lowest), ``length`` the number of folded letters, ``doublet`` a number shared by the
    northern and southern form of a name, ``is_initial`` 1 for an initial or an abbreviation ("Ng.", "T."), ``is_built`` 1 for a
    word that has the letters of a Vietnamese syllable.
    """

    fold_hash: NDArray[np.uint64]
    regional_hash: NDArray[np.uint64]
    tone: NDArray[np.uint8]
    shapes: NDArray[np.uint16]
    doublet: NDArray[np.uint8]
    packed: NDArray[np.uint64]
    length: NDArray[np.uint8]
    is_initial: NDArray[np.uint8]
    is_built: NDArray[np.uint8]
    fold_id: NDArray[np.int32]


class PlaceArrays(NamedTuple):
    """What the kernels know of each distinct place; row 0 is the unknown place.

    ``communes`` is the set of present communes that the place can mean (dense numbers, -1 padded to :data:`MAX_COMMUNES`),
    ``old_commune`` and ``old_district`` units of before July 2025 or -1, ``districts`` the old districts that the present
    communes came from (padded likewise), ``province`` the present province or -1, ``other`` a hash of a place that is in no
    table, or 0. ``origins`` is the set of provinces of before July 2025 that the place can lie in, a bit for each place in
    :data:`OLD_PROVINCES`.
    """

    communes: NDArray[np.int16]
    old_commune: NDArray[np.int32]
    old_district: NDArray[np.int16]
    districts: NDArray[np.int16]
    province: NDArray[np.int16]
    other: NDArray[np.uint64]
    origins: NDArray[np.uint64]


@dataclass(slots=True)
class OwnerColumn:
    """A column of owner strings (or of plain names), taken apart into persons.

    ``kind`` has one entry per row; the other arrays have one entry per person, in order of (row, person_no). A row that is not
    a person, or has no readable name, has exactly one entry with no syllables. ``other_paper`` stands for a passport or the
    like (equal exactly when letter and digits are equal), 0 for none.
    """

    kind: NDArray[np.uint8]
    row: NDArray[np.int64]
    person_no: NDArray[np.uint8]
    role: NDArray[np.uint8]
    flags: NDArray[np.uint32]
    syllables: NDArray[np.int32]
    sex: NDArray[np.uint8]
    birth: NDArray[np.int32]
    personal_id: NDArray[np.int64]
    old_id: NDArray[np.int64]
    other_paper: NDArray[np.uint64]


@dataclass(slots=True)
class People:
    """Encoded persons of one side: arrays of one length, a row a person.

    ``row`` is the row of the source table (0-based), ``place`` the row of the run's place table. ``locality`` is a hash of
    the address below the commune (24 bits), ``partner`` a hash of the folded name of the other person of a couple
    (land) or of the spouse (citizen), ``household`` a hash of the household id (citizen) or of the land user where it names
    several persons (land); 0 is missing. ``key`` is a hash of the row's id: it breaks ties the same way in whatever order the
    rows come.
    """

    row: NDArray[np.int64]
    person_no: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    flags: NDArray[np.uint32]
    syllables: NDArray[np.int32]
    sex: NDArray[np.uint8]
    birth: NDArray[np.int32]
    personal_id: NDArray[np.int64]
    old_id: NDArray[np.int64]
    place: NDArray[np.int32]
    locality: NDArray[np.int32]
    partner: NDArray[np.uint64]
    household: NDArray[np.uint64]
    key: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.row)
