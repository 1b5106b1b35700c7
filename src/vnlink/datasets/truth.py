"""What a perfect clerk would decide about every person of every land user.

The clerk knows who each owner is and compares what the two registers hold, by the rule: full when the person is in the
register, every one of name, birth date, number and sex that the land register holds agrees, and a number or a full date of
birth is among them; partial when the person is in the register; none otherwise. The comparison is made on what was written, not
on which errors were meant to happen: an error that changes nothing is none.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

import numpy as np

from vnlink.kernels import allocating

__all__ = ["Agreement", "Evidence", "StatusCode", "judge"]


class StatusCode(IntEnum):
    """Codes of the status column while it is a number."""

    NONE = 0
    PARTIAL = 1
    FULL = 2


class Evidence(IntEnum):
    """The strongest thing by which the two records of a person agree."""

    NOBODY = 0
    NAME = 1
    YEAR = 2
    FULL_DATE = 3
    NUMBER = 4


class Agreement(IntFlag):
    """Bits of the truth table's column ``differs``: fields held by the land register that do not agree."""

    NAME = 1
    BIRTH = 2
    NUMBER = 4
    SEX = 8


@allocating
def _same_name(name, unmarked, recorded, same):  # type: ignore[no-untyped-def]
    """Whether two rows of syllables are one name; ``unmarked`` when the first was written without diacritics."""
    for k in range(name.shape[0]):
        one, two = name[k], recorded[k]
        if one < 0 or two < 0:
            return one < 0 and two < 0
        if same[1 if unmarked else 0, one] != same[0, two]:
            return False
    return True


@allocating
def _same_birth(land, citizen):  # type: ignore[no-untyped-def]
    """Agreement to the precision of both, and the precision: 0 nothing, 1 year, 2 month, 3 day."""
    if citizen == 0:
        return False, 0
    if land // 10000 != citizen // 10000:
        return False, 0
    if land % 10000 == 0 or citizen % 10000 == 0:
        return True, 1
    if land // 100 != citizen // 100:
        return False, 1
    if land % 100 == 0 or citizen % 100 == 0:
        return True, 2
    return land == citizen, 3


@allocating
def judge(owners, registered, name, birth, number, kind, sex, unmarked, c_name, c_birth, c_personal, c_old, c_sex, same):  # type: ignore[no-untyped-def]
    """Status, evidence and differing fields of every person, three int8 arrays of shape (rows, 3).

    Parameters
    ----------
    owners : ndarray of int32, shape (rows, 3)
    registered : ndarray of bool, shape (people,)
    name, birth, number, kind, sex : ndarray
        Of :class:`~vnlink.datasets.papers.Records`.
    unmarked : ndarray of uint8, shape (rows,)
        1 where the owner cell has no diacritics.
    c_name, c_birth, c_personal, c_old, c_sex : ndarray, one row a person
        What the population register holds; 0 or -1 for nothing.
    same : ndarray of int32, shape (2, n_pieces)
        Of :class:`~vnlink.datasets.names.SpellingTables`.
    """
    status = np.zeros(owners.shape, np.int8)
    evidence = np.zeros(owners.shape, np.int8)
    differs = np.zeros(owners.shape, np.int8)
    for row in range(owners.shape[0]):
        for k in range(owners.shape[1]):
            person = owners[row, k]
            if person < 0 or not registered[person]:
                continue
            found, wrong, proof = 1, 0, False
            if not _same_name(name[row, k], unmarked[row] == 1, c_name[person], same):
                wrong |= 1
            if birth[row, k] > 0:
                agrees, precision = _same_birth(birth[row, k], c_birth[person])
                wrong |= 0 if agrees else 2
                proof = agrees and precision == 3
                found = 3 if proof else 2 if precision >= 1 else found
            if number[row, k] >= 0 and kind[row, k] != 3:
                value = number[row, k]
                if value == c_personal[person] or value == c_old[person]:
                    found, proof = 4, True
                else:
                    wrong |= 4
            if sex[row, k] > 0 and c_sex[person] > 0 and sex[row, k] != c_sex[person]:
                wrong |= 8
            status[row, k] = 2 if wrong == 0 and proof else 1
            evidence[row, k] = found
            differs[row, k] = wrong
    return status, evidence, differs
