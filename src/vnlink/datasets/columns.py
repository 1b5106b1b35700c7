"""Columns of the integer table in which a block's people live, and of the words for what they are.

One row of int32 is a person: the kernels that grow households, name people and issue numbers write their columns and read those
of others.
"""

from __future__ import annotations

__all__ = [
    "ABROAD", "ALIVE", "BIRTH", "COMMUNE", "DEAD_ABSENT", "DEAD_KEPT", "DEATH", "FATHER", "GIVEN", "HAMLET", "HOUSEHOLD",
    "MIDDLE",
    "MOTHER", "NAME", "NAME_WIDTH", "N_COLUMNS", "PEOPLE", "REGISTER", "SECOND_MIDDLE", "SEX", "SPOUSE", "STREET", "SURNAME",
    "YEAR",
]  # fmt: skip

HOUSEHOLD = 0
"""Number of the household within its block."""
SEX = 1
"""0 male, 1 female."""
YEAR = 2
BIRTH = 3
"""yyyymmdd."""
FATHER = 4
"""Row of the father in the same block, -1 when he is not among the people; MOTHER and SPOUSE the same."""
MOTHER = 5
SPOUSE = 6
REGISTER = 7
"""ALIVE, DEAD_KEPT (in the register, with a date of death), DEAD_ABSENT or ABROAD (not in the register)."""
DEATH = 8
"""yyyymmdd or 0."""
SURNAME = 9
MIDDLE = 10
SECOND_MIDDLE = 11
GIVEN = 12
PEOPLE = 13
"""0 Kinh, otherwise 1 + the group of minority_names.csv."""
COMMUNE = 14
"""Row of the territory's list of old communes."""
HAMLET = 15
STREET = 16
NAME = 17
"""First of NAME_WIDTH columns of piece numbers, -1 after the last syllable."""
NAME_WIDTH = 6
N_COLUMNS = NAME + NAME_WIDTH

ALIVE, DEAD_KEPT, DEAD_ABSENT, ABROAD = 0, 1, 2, 3
