"""Link any two registers whose fields are declared.

    declaration ──┐
    left, right ──┴─ encode ── block ── compare ── learn (no labels) ── one posterior per left row ── full / partial / none

The land and population registers of :class:`vnlink.Linker` are the built-in case, with readers that know Vietnamese names,
papers and places. Other registers are declared, column by column:

>>> from vnlink.fields import Date, Declaration, FieldLinker, Name
>>> people = Declaration(left_id="id", fields=[Name("family"), Name("given"), Date("born")])
>>> linker = FieldLinker(people)
>>> result = linker.link("a.parquet", "b.parquet")            # doctest: +SKIP
>>> result.links                                              # doctest: +SKIP

The right register should hold each person or thing once; several left rows may be one right row.
"""

from __future__ import annotations

from vnlink.fields.declaration import Declaration, Key
from vnlink.fields.kinds import Category, Code, Date, Kind, Level, Name, Number, Text
from vnlink.fields.linker import FieldLinker, FieldResult

__all__ = [
    "Category",
    "Code",
    "Date",
    "Declaration",
    "FieldLinker",
    "FieldResult",
    "Key",
    "Kind",
    "Level",
    "Name",
    "Number",
    "Text",
]
