"""Registers as two pandas frames, vnlink's results as an index of pairs and a table of features, decided pairs as labels.

These are the forms in which recordlinkage keeps matches and comparison vectors: a pandas MultiIndex of (left label, right
label), and a frame over it. pandas must be installed, recordlinkage need not be.

vnlink has ids as text, whatever they were. A label of a row is given back as the whole number that it was in the frame that was
linked; where the registers were files, ``like`` says so. Keys of persons ("7", "7#2") and all that goes with them are text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vnlink.config import Config
from vnlink.errors import InputError, message
from vnlink.ids import KEYS
from vnlink.integrations.registers import person_keys, person_of_keys, prepare
from vnlink.result import LinkResult

__all__ = ["feature_table", "frames", "labels_of", "links_index", "true_links"]

LINKED = ("full", "partial")
"""Statuses of persons who are linked."""


def frames(land: Any, citizens: Any, config: Config | None = None) -> tuple[Any, Any]:
    """Read two registers into two pandas frames under the usual names of their columns, every cell in one form.

    So a notebook that was written for the registers themselves runs on these frames, with a row for every person: full_name,
    birth_date (yyyy-mm-dd, or the year where no more is known), gender ("male", "female"), commune_code (of the present
    commune where there is one), and the numbers. Beside them are the columns of
    :func:`vnlink.integrations.registers.prepare`.

    Parameters
    ----------
    land, citizens : path or frame
    config : Config, optional

    Returns
    -------
    pandas.DataFrame, pandas.DataFrame
        Land persons, the index being their keys (:func:`vnlink.integrations.registers.person_keys`), with ``id_number``, the
        personal id or else the old one; citizens, the index being ``citizen_id``, with ``personal_id`` and ``old_id_number``.

    Examples
    --------
    >>> land = pa.table({"land_user_id": ["L1"], "full_name": ["Ông LÊ VĂN HOÀ, bà Trần Thị Na"], "birth_date": ["5/11/1960"]})
    >>> citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Lê Văn Hòa"], "birth_date": ["1960-11-05"]})
    >>> left, right = frames(land, citizens)
    >>> left[["full_name", "birth_date"]].to_dict("index")["L1"]
    {'full_name': 'Lê Văn Hòa', 'birth_date': '1960-11-05'}
    """
    prepared = prepare(land, citizens, config)
    sides = []
    for table, key in ((prepared.land, "person"), (prepared.citizens, "citizen_id")):
        year = table["birth_year"].cast(pa.string())
        usual = {
            "full_name": table["name"],
            "birth_date": pc.coalesce(table["birth_date"], year),
            "gender": table["sex"],
            "commune_code": table["commune"],
        }
        numbers = pc.coalesce(table["personal_id"], table["old_id"])
        usual |= {"id_number": numbers} if key == "person" else {"old_id_number": table["old_id"]}
        rest = {name: table[name] for name in table.column_names if name not in usual}
        sides.append(pa.table(usual | rest).to_pandas().set_index(key))
    return sides[0], sides[1]


def _pairs_of(table: pa.Table, whole: Iterable[str], *, persons: bool) -> Any:
    """Pairs of a table as a MultiIndex, the ids of the columns ``whole`` as whole numbers."""
    import pandas as pd  # noqa: PLC0415  # only whoever wants a MultiIndex needs it

    found = {name: table[name].combine_chunks() for name in KEYS}
    if persons:
        found["land_user_id"] = person_keys(table["land_user_id"], table["person_no"])
    for name in whole:
        try:
            found[name] = found[name].cast(pa.int64())
        except pa.ArrowInvalid:
            what = "ids were to be whole numbers, as those of like are, and are text"
            raise InputError(message(what, column=name, remedy="turn those of like into text: astype(str)")) from None
    return pd.MultiIndex.from_arrays([ids.to_pandas() for ids in found.values()], names=list(found))


def _whole(result: LinkResult, like: Any, *, persons: bool) -> list[str]:
    """Columns of ids that are to be whole numbers."""
    if like is None:
        return [] if persons else sorted(result.whole_number_ids)
    if getattr(like, "nlevels", 0) != len(KEYS):
        remedy = "give true_links(truth), or the pairs of your own index"
        raise InputError(message("like must be a MultiIndex of pairs", found=type(like), remedy=remedy))
    return [name for level, name in enumerate(KEYS) if like.levels[level].dtype.kind in "iu"]


def links_index(
    result: LinkResult, status: str | Sequence[str] = ("full", "partial"), *, persons: bool = False, like: Any = None
) -> Any:
    """Return the links of vnlink as recordlinkage has matches: a MultiIndex of (land_user_id, citizen_id).

    Parameters
    ----------
    result : LinkResult
    status : sequence of {"full", "partial"}
        Which links.
    persons : bool
        Whether the left labels are those of persons (:func:`vnlink.integrations.registers.person_keys`), as in a frame made of
        the prepared land register; else those of rows.
    like : pandas.MultiIndex, optional
        Pairs whose ids have the type that is wanted, such as the true ones that these will be compared with: recordlinkage
        takes 7 and "7" for two records. Without it labels of rows are what they were in the frames that were linked.

    Raises
    ------
    InputError
        A status is none of these, or ids are text and those of ``like`` whole numbers.
    """
    status = [status] if isinstance(status, str) else list(status)
    if not set(status) <= set(LINKED):
        raise InputError(
            message('the status of a link is "full" or "partial", and another word was given', remedy="correct it")
        )
    table = result.links.filter(pc.is_in(result.links["status"], value_set=pa.array(status, pa.string())))
    table = table.filter(pc.is_valid(table["citizen_id"]))
    found = _pairs_of(table, _whole(result, like, persons=persons), persons=persons)
    return found if persons else found.unique()


def feature_table(result: LinkResult, *, persons: bool = False, like: Any = None) -> Any:
    """Return the candidates of vnlink as recordlinkage has comparison vectors.

    Parameters
    ----------
    result : LinkResult
    persons, like
        As of :func:`links_index`.

    Returns
    -------
    pandas.DataFrame
        A row a pair, with the pair as index: a column of levels for each field (text, one of the field's levels),
        ``match_weight`` in bits and ``probability``.
    """
    table = result.candidates
    index = _pairs_of(table, _whole(result, like, persons=persons), persons=persons)
    kept = [name for name in table.column_names if name.startswith("level_")] + ["match_weight", "probability"]
    return table.select(kept).to_pandas().set_index(index)


def true_links(truth: Any, *, persons: bool = False) -> Any:
    """Return a truth (land_user_id, person_no, citizen_id) as recordlinkage has true links; persons of nobody are left out.

    Ids are of the type that they have in the truth; with ``persons`` they are text. Whole numbers that pandas made 7.0 of,
    because persons of nobody have none, are whole numbers again.
    """
    table = pa.table(truth)
    table = table.filter(pc.is_valid(table["citizen_id"]))
    for name in KEYS:
        ids = table[name]
        if pa.types.is_floating(ids.type) and pc.all(pc.equal(ids, pc.floor(ids))).as_py():
            ids = ids.cast(pa.int64())
        table = table.set_column(table.schema.get_field_index(name), name, ids.cast(pa.string()) if persons else ids)
    found = _pairs_of(table, (), persons=persons)
    return found if persons else found.unique()


def labels_of(matches: Any, distinct: Any = None) -> pa.Table:
    """Return pairs that somebody decided in recordlinkage as labels for :meth:`vnlink.Linker.fit`.

    Parameters
    ----------
    matches : pandas.MultiIndex
        Pairs of (land_user_id, citizen_id) that are one person. A left label may have "#2" and so on behind it for the further
        persons of a land user.
    distinct : pandas.MultiIndex, optional
        Pairs that are not.

    Returns
    -------
    pyarrow.Table
        land_user_id, person_no, citizen_id, status. Such pairs do not tell full from partial: all matches are "full", so do not
        let them teach it (``status="learned"``).
    """
    parts = []
    for index, status in ((matches, "full"), (distinct, "none")):
        if index is None or not len(index):
            continue
        keys = pa.array(index.get_level_values(0).astype(str), pa.string())
        users, numbers = person_of_keys(keys)
        citizens = pa.array(index.get_level_values(1).astype(str), pa.string())
        columns = [users, numbers, citizens, pa.array([status] * len(keys), pa.string())]
        parts.append(pa.table(columns, names=["land_user_id", "person_no", "citizen_id", "status"]))
    if not parts:
        raise InputError(message("there is no pair to make a label of", remedy="give matches"))
    return pa.concat_tables(parts)
