"""What is found out about all citizens before anything is linked: spouses from children, families by place, and names.

The latter two need to read everybody twice, so they read together: in a run through files that is two passes over a country.
"""

from __future__ import annotations

from vnlink.couples import tell_spouses
from vnlink.families import Families
from vnlink.namesakes import NameCounts, Namesakes
from vnlink.persons import PersonTable
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["survey"]

_BLOCK = 1 << 17


def survey(table: PersonTable, lexicon: LexiconArrays, places: PlaceArrays) -> tuple[Namesakes, int]:
    """Fill in spouses and grade the places of all citizens; return how common names are, and how many spouses children told.

    Parameters
    ----------
    table : PersonTable
        The citizens, in memory or in files; what is found is written into them.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    """
    spouses = tell_spouses(table, lexicon, places)
    citizens, rows = len(table), table.records
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
    return names.namesakes(), spouses
