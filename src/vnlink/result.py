"""What a linkage decided, as tables that go to pandas, Polars or Arrow."""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from vnlink.classify.model import text_of_model
from vnlink.errors import allowed_by
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.report.display import result_html
from vnlink.report.explain import Explanation
from vnlink.report.explain import explain as explain_tables
from vnlink.report.html import render_report
from vnlink.report.note_words import note_lines
from vnlink.storage.decisions import read_sheet, read_truth
from vnlink.storage.publish import ResultFolder
from vnlink.storage.results import ResultReader, open_result

if TYPE_CHECKING:
    from vnlink.report.charts import Charts

__all__ = ["LinkResult", "name_places", "write_rest"]


class LinkResult:
    """The decisions of one linkage.

    Attributes
    ----------
    links : pyarrow.Table
        One row for every person of every land user, in input order.
    candidates : pyarrow.Table
        The best candidates of each person.
    quarantine : pyarrow.Table
        Rows that could not be read: side, row, reason.
    manifest : dict
        Counts, times, thresholds and settings of the run.
    whole_number_ids : frozenset of str
        Which of "land_user_id" and "citizen_id" were whole numbers in the frames that were linked. In the tables they are text.

    Notes
    -----
    Both tables have the Arrow C stream interface, so ``pl.DataFrame(result.links)`` and DuckDB take them as they are.
    """

    _unit = "persons"
    """What a row of ``links`` is, for people."""

    def __init__(
        self,
        links: pa.Table,
        candidates: pa.Table,
        quarantine: pa.Table,
        manifest: dict[str, Any],
        model: dict[str, Any],
        summary: dict[str, Any],
        *,
        whole_number_ids: frozenset[str] = frozenset(),
    ) -> None:
        self.links = links
        self.candidates = candidates
        self.quarantine = quarantine
        self.manifest = manifest
        self._model = model
        self._summary = summary
        self.whole_number_ids = whole_number_ids

    def summary(self) -> dict[str, Any]:
        """Return counts and shares of the decisions, the same as ``summary.json``."""
        copy: dict[str, Any] = json.loads(json.dumps(self._summary))
        return copy

    def explain(self, land_user_id: str | int, *, language: str | None = None) -> Explanation:
        """Return why a land user was decided as it was, with what each field added in bits.

        Parameters
        ----------
        land_user_id : str or int
        language : {"vi", "en"}, optional
            Both when not given; a notebook then shows the text as tables with bars.

        Raises
        ------
        InputError
            The result has no such land user, or there is no such language.
        """
        return explain_tables(self.links, self.candidates, self._model, land_user_id, language=language)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], *, verify: bool = False) -> Self:
        """Read a finished folder back: one that ``vnlink link`` or :meth:`write` wrote.

        All that a result in memory has is there again, ids of the land register and the citizens as text.

        Parameters
        ----------
        folder : path-like
        verify : bool
            Whether the sha256 of every file is compared with the manifest, and not only its size.

        Raises
        ------
        StorageError
            The folder is not a finished result of vnlink, is of a later version, or is damaged.
        """
        return cls._read(open_result(folder, verify=verify))

    @classmethod
    def _read(cls, reader: ResultReader) -> Self:
        links, candidates, quarantine = (reader.table(f"{name}.parquet") for name in ("links", "candidates", "quarantine"))
        return cls(links, candidates, quarantine, reader.manifest, reader.json("model.json"), reader.json("summary.json"))

    def audit(self) -> dict[str, Any] | None:
        """Return what the run measured of itself: persons confirmed by their number, linked again without it.

        None where no number confirmed anybody. It holds for persons like them; see :func:`vnlink.report.audit.audit_facts`.
        """
        facts: dict[str, Any] | None = self._summary.get("audit")
        return facts

    @property
    def charts(self) -> Charts:
        """Charts of this result for notebooks, made when they are asked for: ``result.charts.waterfall(id)`` and others.

        They need Altair (``pip install "vnlink[report]"``); see :class:`vnlink.report.charts.Charts`.
        """
        from vnlink.report.charts import Charts  # noqa: PLC0415 - a plain link needs no picture

        return Charts(*self._charted(), self._summary, self.manifest, self._model, read_sheet, read_truth)

    def write(self, out: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the folder that ``vnlink link`` writes, for its other commands and for people.

        Parameters
        ----------
        out : path-like
            The folder to make; it appears when everything is written, or not at all.
        overwrite : bool
            Whether an earlier result in this place may be replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        StorageError
            The place is taken, or cannot be written to.
        """
        with allowed_by("overwrite=True"), ResultFolder(out, overwrite=overwrite) as folder:
            for name, rows in (("links.parquet", self.links), ("candidates.parquet", self.candidates)):
                with folder.parquet(name, rows.schema) as file:
                    file.write(rows)
            write_rest(folder, self.quarantine, self._summary, self.manifest, self._model)
            return folder.publish({"model_from": "a linker in Python", **self.manifest})

    def _charted(self) -> tuple[pa.Table, pa.Table]:
        """Links and candidates by the names of the built-in registers."""
        return self.links, self.candidates

    def to_pandas(self) -> Any:
        """Return the links as a pandas DataFrame (pandas must be installed)."""
        return self.links.to_pandas()

    def to_polars(self) -> Any:
        """Return the links as a Polars DataFrame (Polars must be installed)."""
        import polars as pl  # noqa: PLC0415  # optional, and only here

        return pl.DataFrame(self.links)

    def __len__(self) -> int:
        return self.links.num_rows

    def __repr__(self) -> str:
        status = self._summary["status"]
        shares = ", ".join(f"{name} {entry['count']:,} ({entry['share']:.1%})" for name, entry in status.items())
        unread = f"; {self.quarantine.num_rows:,} rows could not be read" if self.quarantine.num_rows else ""
        notes = "".join(f"\n  note: {line}" for line in note_lines(self._summary.get("notes", ())))
        drift = f"\n  note: {self._drift}" if self._drift else ""
        return f"<{type(self).__name__}: {len(self):,} {self._unit}: {shares}{unread}{notes}{drift}>"

    @property
    def _drift(self) -> str | None:
        """What a reader should know of a model that does not fit these registers; None where it fits, or little can be said."""
        drift = self.manifest.get("drift") or {}
        verdicts = {one["verdict"] for one in drift.get("fields", {}).values()}
        told = "far off" in verdicts or ("moved" in verdicts and "too few to say" not in verdicts)
        return str(drift["sentence"]).replace("--adapt", "Linker.adapt") if told else None

    def _repr_html_(self) -> str:
        shown = result_html(self._summary, self._unit, self.quarantine.num_rows)
        return f"{shown}<p><strong>{escape(self._drift)}</strong></p>" if self._drift else shown


def write_rest(
    folder: ResultFolder, quarantine: pa.Table, summary: dict[str, Any], manifest: dict[str, Any], model: dict[str, Any]
) -> None:
    """Write all files of a result but its two tables and the manifest."""
    with folder.parquet("quarantine.parquet", quarantine.schema) as file:
        file.write(quarantine)
    folder.write_text("model.json", text_of_model(model))
    folder.write_json("summary.json", summary)
    # The page has the same bytes in every run, so no times.
    told = {name: value for name, value in manifest.items() if name != "times_seconds"}
    folder.write_text("report.html", render_report(summary, told, model))


_KINDS = ("Thành phố", "Tỉnh", "Phường", "Xã", "Đặc khu")


def name_places(summary: dict[str, Any]) -> None:
    """Write the official name of each place of a summary beside its code, for few readers know the codes: "Châu Đốc (phường)".

    The names are those of the table of places, never of a record, and the name itself comes first.
    """
    table = Gazetteer.load()
    for key, codes, names in (
        ("by_commune", table.new_commune_codes, table.new_commune_names),
        ("by_province", table.new_province_codes, table.new_province_names),
    ):
        named = dict(zip(codes, names, strict=True))
        for row in summary.get(key, ()):
            name = named.get(row["code"])
            kind = next((kind for kind in _KINDS if name is not None and name.startswith(f"{kind} ")), None)
            row["name"] = f"{name[len(kind) + 1 :]} ({kind.lower()})" if name and kind else name
