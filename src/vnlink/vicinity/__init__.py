"""The commune of rows that tell no place, from the rows numbered beside them: see :mod:`vnlink.vicinity.places`.

::

    row_numbers   the numbers in the ids of rows: which rows were numbered beside each other
    citizens      of which commune the citizens are to whom numbers, or names with whole birth dates, lead
    neighbours    what the nearest rows of a row tell
    places        what comes of it: places that are filled in, or left
"""

from __future__ import annotations

from vnlink.vicinity.places import Vicinity, take_back_places, tell_places

__all__ = ["Vicinity", "take_back_places", "tell_places"]
