"""The public face of declared fields: :class:`FieldLinker`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vnlink.checks import refuse, refuse_other_names, share, whole
from vnlink.classify.fellegi_sunter import numbers
from vnlink.classify.model import text_of_model
from vnlink.errors import ConfigError, InputError, ModelError, StorageError, allowed_by, message
from vnlink.fields.blocking import Blocking
from vnlink.fields.decide import FieldRule, candidates_of, links_of, rank_all
from vnlink.fields.declaration import Declaration
from vnlink.fields.encode import Registers, encode_registers
from vnlink.fields.model import FieldModel, learn_fields
from vnlink.report.display import linker_html
from vnlink.report.explain import Explanation, speaker
from vnlink.report.progress import ProgressCallback, notebook_progress
from vnlink.report.summary import summarize
from vnlink.report.words import Words
from vnlink.result import LinkResult
from vnlink.saving import place_for_model
from vnlink.storage.publish import MANIFEST, ResultFolder, is_result, replace_file
from vnlink.storage.quarantine import Quarantine, quarantine_table
from vnlink.storage.results import ResultReader

__all__ = ["FieldLinker", "FieldResult"]

FORMAT, VERSION = "vnlink-fields", 1
_MOST_ROWS = 1e18
"""Most rows or pairs that a model can have been learned from: more than there can be."""

_SETTINGS = {
    "top_k": whole(1, 10),
    "probability_partial": share(0.0, 1.0),
    "probability_full": share(0.0, 1.0),
    "short_list": whole(1, 10),
}


class FieldFolder(ResultFolder):
    """The folder of a result of declared fields."""

    form, form_version = "vnlink result of declared fields", 1
    word = "result of declared fields"


class FieldResult(LinkResult):
    """The decisions of one linkage of declared registers; ``links`` has one row for every left row, in input order."""

    _unit = "rows"

    def _charted(self) -> tuple[pa.Table, pa.Table]:
        return _as_built_in(self.links), _as_built_in(self.candidates)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], *, verify: bool = False) -> Self:
        """Read a folder back that :meth:`write` wrote.

        Parameters
        ----------
        folder : path-like
        verify : bool
            Whether the sha256 of every file is compared with the manifest.

        Raises
        ------
        StorageError
            The folder holds no finished result of declared fields, or a damaged one.
        """
        place = Path(folder)
        if not is_result(place, FieldFolder.form):
            what = f"{place.name} must be a finished {FieldFolder.word} of vnlink and is none"
            raise StorageError(message(what, remedy="give the folder that FieldResult.write wrote"))
        reader = ResultReader(place, json.loads((place / MANIFEST).read_text(encoding="utf-8")))
        if verify:
            reader.verify()
        return cls._read(reader)

    def write(self, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the tables, the model, the summary and the manifest as one folder, for :meth:`load` and other programs.

        The commands (``vnlink explain`` and others) read folders of land and population registers only.

        Parameters
        ----------
        out : path-like
            The folder to make; it appears when everything is written, or not at all.
        overwrite : bool
            Whether an earlier result of declared fields in this place may be replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        StorageError
            The place is taken, or cannot be written to.
        """
        tables = {"links": self.links, "candidates": self.candidates, "quarantine": self.quarantine}
        with allowed_by("overwrite=True"), FieldFolder(out, overwrite=overwrite) as folder:
            for name, rows in tables.items():
                with folder.parquet(f"{name}.parquet", rows.schema) as file:
                    file.write(rows)
            folder.write_text("model.json", text_of_model(self._model))
            folder.write_json("summary.json", self._summary)
            return folder.publish({**self.manifest, "format": FieldFolder.form, "format_version": FieldFolder.form_version})

    def explain(self, left_id: str | int, *, language: str | None = None) -> Explanation:
        """Return the candidates of a left row, with the level of each field and what it added in bits.

        Parameters
        ----------
        left_id : str or int
        language : {"vi", "en"}, optional
            Both when not given. Names of fields, statuses, levels and reasons are as they are in the tables.

        Raises
        ------
        InputError
            The result has no such row, or there is no such language.
        """
        say, left_id = speaker(language), str(left_id)
        row = self.links.filter(pc.equal(self.links["left_id"], left_id)).to_pylist()
        if not row:
            raise InputError(message("the result has no row of this id", remedy="give an id of the left table"))
        lines = [f"{left_id}: {row[0]['status']}" + (f" ({', '.join(row[0]['reasons'])})" if row[0]["reasons"] else "")]
        candidates = self.candidates.filter(pc.equal(self.candidates["left_id"], left_id)).to_pylist()
        for one in candidates:
            chance = f"{say(_PROBABILITY)} {one['probability']:.4f}"
            lines.append(f"{one['rank']}. {one['right_id']}: {chance}, {one['match_weight']:.1f} bit")
            names = [name.removeprefix("level_") for name in one if name.startswith("level_")]
            lines += [f"     {name}: {one[f'level_{name}']} {one[f'bits_{name}']:+.1f}" for name in names]
            told = sum(one[f"bits_{name}"] for name in names) + one["bits_relations"]
            lines.append(f"     {say(_RELATIONS)} {one['bits_relations'] + 0.0:+.1f}")
            lines.append(f"     {say(_BLIND_GUESS)} {one['match_weight'] - told:+.1f}")
        shown = [(row[0], candidates)] if language is None else []
        return Explanation("\n".join(lines), left_id, shown, self._model)


_PROBABILITY = Words("xác suất", "probability")
_RELATIONS = Words("do quan hệ giữa người lạ với nhau", "explained by relations between strangers")
_BLIND_GUESS = Words("đoán mò trong mọi dòng bên phải", "a blind guess among all right rows")

_BUILT_IN = {"left_id": "land_user_id", "right_id": "citizen_id"}


def _as_built_in(table: pa.Table) -> pa.Table:
    """A table by the names of the built-in registers, one person a row."""
    renamed = table.rename_columns([_BUILT_IN.get(name, name) for name in table.schema.names])
    return renamed.append_column("person_no", pa.array(np.ones(table.num_rows, np.int32)))


class FieldLinker:
    """Link two registers whose fields are declared.

    A linker that was not fitted learns anew from the registers of each :meth:`link`, and keeps nothing of it.

    Parameters
    ----------
    declaration : Declaration
        The keys, fields and, where wanted, blocking keys of the two registers.
    one_to_one : bool
        Whether a right row may be given to one left row only. Then they are shared out so that the whole is likeliest.
    top_k : int
        Candidates kept per left row, 1 to 10.
    probability_partial, probability_full : float
        Lowest probability of partial and of full.
    short_list : int
        Candidates that may reach ``probability_partial`` together.

    Attributes
    ----------
    model_ : FieldModel
        What was learned; after :meth:`fit` or :meth:`load`.

    Examples
    --------
    >>> from vnlink.fields import Declaration, Name, Number
    >>> left = pa.table({"id": ["a", "b"], "name": ["Trần Thị Hoa", "Lê Văn Đức"], "age": [31, 58]})
    >>> right = pa.table({"id": ["1", "2"], "name": ["Lê Văn Đúc", "Phạm Thị Mai"], "age": [58, 40]})
    >>> linker = FieldLinker(Declaration("id", fields=[Name("name"), Number("age")]))
    >>> linker.link(left, right).candidates["level_name"].to_pylist()
    ['exact']
    """

    def __init__(
        self,
        declaration: Declaration,
        *,
        one_to_one: bool = False,
        top_k: int = 3,
        probability_partial: float = 0.5,
        probability_full: float = 0.9995,
        short_list: int = 10,
    ) -> None:
        self.declaration = declaration
        self.one_to_one = one_to_one
        self.top_k = top_k
        self.probability_partial = probability_partial
        self.probability_full = probability_full
        self.short_list = short_list

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002  # scikit-learn's signature; nothing is nested
        """Return the settings."""
        return {name: getattr(self, name) for name in ("declaration", "one_to_one", *_SETTINGS)}

    def set_params(self, **params: Any) -> Self:
        """Change settings.

        Raises
        ------
        InputError
            A name is not a setting.
        """
        refuse_other_names(params, self.get_params(), "FieldLinker")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        return f"FieldLinker({len(self.declaration.fields)} fields, one_to_one={self.one_to_one!r})"

    def _repr_html_(self) -> str:
        default = FieldLinker(self.declaration).get_params()
        changed = {name: value for name, value in self.get_params().items() if value != default[name]}
        learned = dict(self.model_.report) if hasattr(self, "model_") else None
        return linker_html(type(self).__name__, changed, learned)

    def _rule(self) -> FieldRule:
        if not isinstance(self.declaration, Declaration):
            raise refuse("declaration", "a Declaration", self.declaration)
        if not isinstance(self.one_to_one, bool):
            raise refuse("one_to_one", "true or false", self.one_to_one)
        for name, check in _SETTINGS.items():
            check(getattr(self, name), name)
        if self.probability_partial > self.probability_full:
            raise ConfigError(message("probability_partial must not be above probability_full", remedy="correct the setting"))
        return FieldRule(self.probability_full, self.probability_partial, self.short_list, self.one_to_one)

    def fit(self, left: Any, right: Any) -> Self:
        """Learn what agreement and difference are worth from two registers, without labels.

        Parameters
        ----------
        left, right : path or frame
            Parquet, CSV, TSV or XLSX, or anything with the Arrow C stream interface.

        Raises
        ------
        InputError
            A declared column is missing or of the wrong type, an id is missing or comes again, or no key can be made.
        """
        self._rule()
        with notebook_progress() as progress:
            registers = encode_registers(self.declaration, left, right, progress)
            blocking = _blocking(self.declaration, registers, progress)
            self.model_ = learn_fields(self.declaration, registers, blocking, progress)
        return self

    def link(self, left: Any, right: Any) -> FieldResult:
        """Link two registers and decide every left row.

        Raises
        ------
        InputError
            As for :meth:`fit`.
        """
        rule = self._rule()
        clock = [time.perf_counter()]
        with notebook_progress() as progress:
            registers = encode_registers(self.declaration, left, right, progress)
            clock.append(time.perf_counter())
            blocking = _blocking(self.declaration, registers, progress)
            clock.append(time.perf_counter())
            learned = hasattr(self, "model_")
            model = self.model_ if learned else learn_fields(self.declaration, registers, blocking, progress)
            clock.append(time.perf_counter())
            ranked = rank_all(model, registers, blocking, rule, progress)
        links = links_of(model, registers, ranked, rule)
        candidates = candidates_of(model, registers, ranked, self.top_k)
        clock.append(time.perf_counter())
        counts = {
            "left_rows": len(registers.left_key),
            "right_rows": len(registers.right_key),
            "pairs": ranked.pairs,
        }
        manifest = {
            "counts": counts,
            "keys": [repr(key) for key in blocking.keys],
            "keys_too_common": blocking.too_common,
            "learned_from": dict(model.report),
            "present": model.present,
            "times_seconds": {
                name: round(end - start, 3)
                for name, start, end in zip(("read", "block", "learn", "decide"), clock, clock[1:], strict=False)
            },
        }
        empty = quarantine_table(Quarantine(), Quarantine())
        return FieldResult(links, candidates, empty, manifest, _as_dict(model), _summary(links, counts))

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model as JSON. An earlier model of declared fields in its place is replaced, and no other file.

        Parameters
        ----------
        path : path-like
        overwrite : bool
            Whether a file that is no such model may be replaced too.

        Raises
        ------
        InputError
            Nothing was learned yet, or something else is in the place.
        """
        if not hasattr(self, "model_"):
            raise InputError(message("the linker has no model yet", remedy="call fit first"))
        text = json.dumps(_as_dict(self.model_), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        with replace_file(place_for_model(path, _is_model, overwrite=overwrite)) as partial:
            partial.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str], **settings: Any) -> Self:
        """Make a linker with a saved model, its declaration included; ``settings`` are those of the constructor.

        Raises
        ------
        ModelError
            The file is damaged or of another version.
        """
        again = "fit and save it again with this version"
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            raise ModelError(message("the model file cannot be read", remedy=again)) from None
        if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
            raise ModelError(message(f"the file must be a {FORMAT} of version {VERSION}", remedy=again))
        try:
            model = _of_dict(data)
        except (KeyError, TypeError, ValueError, ConfigError):
            raise ModelError(message("the model file does not fit this version's fields", remedy=again)) from None
        linker = cls(model.declaration, **settings)
        linker.model_ = model
        return linker


def _is_model(path: Path) -> bool:
    """Whether a file is a model of declared fields, of whatever version."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def _blocking(declaration: Declaration, registers: Registers, progress: ProgressCallback | None) -> Blocking:
    if progress is not None:
        progress("block", 0, 0)
    return Blocking(declaration, registers)


def _summary(links: pa.Table, counts: dict[str, int]) -> dict[str, Any]:
    """Counts and shares as of the built-in registers, in the words of declared ones."""
    found = summarize(_as_built_in(links), counts=counts)
    del found["land_users"]
    return {"left_rows": found.pop("persons"), "right_linked": found.pop("citizens_linked"), **found}


def _as_dict(model: FieldModel) -> dict[str, Any]:
    """The model as plain data."""
    fields = [
        {
            "name": kind.column,
            "levels": [level.name for level in kind.levels],
            "m": model.right_shares[i].tolist(),
            "u": model.chance_shares[i].tolist(),
        }
        for i, kind in enumerate(model.declaration.fields)
    ]
    return {
        "format": FORMAT,
        "version": VERSION,
        "declaration": model.declaration.as_dict(),
        "fields": fields,
        "relations": [
            {"shared": np.flatnonzero(shared).tolist(), "rate": rate}
            for shared, rate in zip(model.shared, model.rates.tolist(), strict=True)
        ],
        "present": model.present,
        "learned_from": dict(model.report),
    }


def _of_dict(data: dict[str, Any]) -> FieldModel:
    """Rebuild a model from :func:`_as_dict`, checking every table."""
    declaration = Declaration.from_dict(data["declaration"])
    right, chance = [], []
    for kind, entry in zip(declaration.fields, data["fields"], strict=True):
        if entry["levels"] != [level.name for level in kind.levels]:
            raise ValueError(kind.column)
        right.append(numbers(entry["m"], len(kind.levels), 1e-12, 1.0))
        chance.append(numbers(entry["u"], len(kind.levels), 1e-12, 1.0))
    shared = np.zeros((len(data["relations"]), len(right)), bool)
    for i, entry in enumerate(data["relations"]):
        shared[i, numbers(entry["shared"], len(entry["shared"]), 0, len(right) - 1).astype(np.int64)] = True
    rates = numbers([entry["rate"] for entry in data["relations"]], len(shared), 0.0, 1.0)
    present = float(numbers([data["present"]], 1, 1e-6, 1.0 - 1e-6)[0])
    report = data["learned_from"]
    if not isinstance(report, dict):
        raise TypeError(type(report))
    numbers(list(report.values()), len(report), 0.0, _MOST_ROWS)
    return FieldModel(declaration, right, chance, shared, rates, present, report)
