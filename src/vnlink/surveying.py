"""What is counted of all citizens before anything is linked: families by place, and names.

Both need to read everybody twice, so they read together: in a run through files that is two passes over a country.
"""

from __future__ import annotations

from vnlink.families import Families
from vnlink.namesakes import NameCounts, Namesakes
from vnlink.rows import Rows
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["survey"]

_BLOCK = 1 << 17


def survey(rows: Rows, lexicon: LexiconArrays, places: PlaceArrays) -> Namesakes:
    """Grade the places of all citizens of a population, and return how common names are in it.

    Parameters
    ----------
    rows : Rows of int32[16]
        Packed citizens, in memory or in a file; the grades are written into them.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    """
    citizens = len(rows)
    families, names = Families(citizens, lexicon, places), NameCounts(citizens, lexicon)
    for low in range(0, citizens, _BLOCK):
        records = rows.read(low, low + _BLOCK)
        families.count(records)
        names.count(records)
    for low in range(0, citizens, _BLOCK):
        records = rows.read(low, low + _BLOCK)
        names.look_again(records)
        families.grade(records)
        rows.write(low, records)
    return names.namesakes()
