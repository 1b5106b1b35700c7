"""Where the citizens live: a run of neighbouring communes, as many as the population needs.

Official codes go round each province, so communes with neighbouring codes are mostly neighbours; a small register fills a few
communes of one province, and 100 million citizens the country. A *place* is the part of an old commune that lies in one present
commune: it has both addresses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.names import LOOKUP_SIZE, NameTables
from vnlink.datasets.settings import Population
from vnlink.datasets.text import Pieces
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import bare_name

__all__ = ["COUNT_ADDRESS_PIECES", "Territory"]

_SHORT = {"tp": "TP.", "tt": "TT.", "tx": "TX.", "dk": "ĐK.", "p": "P.", "q": "Q.", "h": "H.", "t": "T.", "x": "X."}
_FIRST_OF_SOUTH = "48"
"""Old province code of Đà Nẵng: from there on Huỳnh and Võ are more common than Hoàng and Vũ, and people live in an ấp from
code 70 on."""

COUNT_ADDRESS_PIECES = 11
"""Columns of ``address``: old commune (words, short, bare), old district (the same), old province (the same), new commune, new
province."""


@dataclass(frozen=True)
class Territory:
    """The places in use, in the order in which the population fills them.

    Attributes
    ----------
    first : ndarray of int64, shape (n + 1,)
        Number of the first citizen of each place; the last entry is the number of citizens.
    province : ndarray of int16, shape (n,)
        Old province as its code (1 to 96).
    address : ndarray of int32, shape (n, COUNT_ADDRESS_PIECES)
    old_code, new_code : ndarray of int32, shape (n,)
        Official codes as numbers.
    south : ndarray of uint8, shape (n,)
    clans : ndarray of int32, shape (n, 4)
        Family names common there, as rows of the surname table.
    people, people_share : ndarray, shape (n,)
        Group of the people that lives there beside the Kinh (1-based) and its share.
    """

    first: NDArray[np.int64]
    province: NDArray[np.int16]
    address: NDArray[np.int32]
    old_code: NDArray[np.int32]
    new_code: NDArray[np.int32]
    south: NDArray[np.uint8]
    clans: NDArray[np.int32]
    people: NDArray[np.int8]
    people_share: NDArray[np.float32]

    @classmethod
    def build(cls, citizens: int, population: Population, seed: int, tables: NameTables, pieces: Pieces) -> Territory:
        """Choose the communes for a number of citizens. Their names become pieces."""
        table = Gazetteer.load()
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 1])))
        provinces = np.asarray(table.new_commune_province)
        usable = [i for i in np.argsort(provinces, kind="stable") if len(table.old_of_new(int(i)))]
        count = min(len(usable), max(1, math.ceil(citizens / population.people_per_commune)))
        start = min(int(rng.integers(len(usable))), len(usable) - count)
        places = [
            (int(new), int(old)) for k in range(count) for new in [usable[start + k]] for old in table.old_of_new(int(new))
        ]
        sizes = np.repeat(
            rng.lognormal(0.0, 0.4, count), [len(table.old_of_new(new)) for new in dict.fromkeys(new for new, _ in places)]
        )
        sizes = sizes * rng.lognormal(0.0, 0.25, len(places))
        first = np.concatenate([[0], np.round(np.cumsum(sizes) / sizes.sum() * citizens)]).astype(np.int64)
        province_codes = np.array([int(code) for code in table.old_province_codes], dtype=np.int16)
        province = province_codes[table.old_commune_province[[old for _, old in places]]]
        people, share = _people(len(places), population.minority, len(tables.people_parts), rng)
        return cls(
            first=first,
            province=province,
            address=np.array([_address_pieces(table, new, old, pieces) for new, old in places], dtype=np.int32),
            old_code=np.array([int(table.old_commune_codes[old]) for _, old in places], dtype=np.int32),
            new_code=np.array([int(table.new_commune_codes[new]) for new, _ in places], dtype=np.int32),
            south=(province >= int(_FIRST_OF_SOUTH)).astype(np.uint8),
            clans=tables.surname_lookup[rng.integers(LOOKUP_SIZE, size=(len(places), 4))].astype(np.int32),
            people=people,
            people_share=share,
        )

    def __len__(self) -> int:
        return len(self.province)


def _people(count: int, share: float, groups: int, rng: np.random.Generator) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Half of the minority lives everywhere, half in one place of twenty."""
    people = rng.integers(1, groups + 1, size=count).astype(np.int8)
    dense = rng.random(count) < 0.05
    everywhere = share if not dense.any() else share / 2
    return people, np.where(dense, min(1.0, everywhere + 10 * share), everywhere).astype(np.float32)


def _forms(name: str, pieces: Pieces) -> list[int]:
    """Pieces of a unit's name with its type in words, shortened, and without it (but never a number alone)."""
    kind, bare = bare_name(name)
    short = f"{_SHORT.get(kind, '')} {bare}".strip() if not bare.isdigit() else f"{_SHORT.get(kind, '')}{bare}"
    return [pieces.number(text) for text in (name, short, short if bare.isdigit() else bare)]


def _address_pieces(table: Gazetteer, new: int, old: int, pieces: Pieces) -> list[int]:
    """Pieces in the order of COUNT_ADDRESS_PIECES."""
    commune, district, province = table.old_address_parts(old)
    present = table.new_address_parts(new)
    old_forms = [number for name in (commune, district, province) for number in _forms(name, pieces)]
    return old_forms + [pieces.number(name) for name in present]
