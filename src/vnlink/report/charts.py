"""The pictures of a run as Altair charts, for notebooks (the extra ``report``).

The numbers are those of :mod:`vnlink.report.chart_data`, so a chart and the page show the same. Data goes into a chart as plain
rows: no pandas is needed, and a chart saved as JSON or HTML is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.report import chart_data
from vnlink.report.altair_charts import Drawing
from vnlink.report.language import language_of
from vnlink.report.measures import evaluate
from vnlink.report.sheet import answers_of, judge_answers

__all__ = ["Charts"]

PLACES_SHOWN = 40


def _altair() -> Any:
    try:
        import altair as alt  # noqa: PLC0415 - an extra, and only for charts
    except ImportError:
        remedy = 'run: pip install "vnlink[report]"'
        raise InputError(message("drawing charts needs the package altair", remedy=remedy)) from None
    return alt


class Charts:
    """Charts of one result; :attr:`vnlink.LinkResult.charts` gives it.

    Every method returns an Altair chart: a notebook shows it as a picture, without a network; ``chart.save("file.svg")`` (or
    .png, .html, .json) keeps it. ``language`` is "vi" or "en". All charts but the waterfall are of counts only.

    Parameters
    ----------
    links, candidates : pyarrow.Table
        As a run writes them.
    summary, manifest, model : mapping
        The same.
    read_sheet : callable
        Gives rows, answers and checks of the file of a sheet (:func:`vnlink.storage.decisions.read_sheet`).
    read_truth : callable
        Gives the table of a truth in a file (:func:`vnlink.storage.decisions.read_truth`).
    """

    def __init__(
        self,
        links: pa.Table,
        candidates: pa.Table,
        summary: Mapping[str, Any],
        manifest: Mapping[str, Any],
        model: Mapping[str, Any],
        read_sheet: Callable[[Path], tuple[NDArray[np.int64], list[str], list[str]]],
        read_truth: Callable[[Path], pa.Table],
    ) -> None:
        self._links, self._candidates = links, candidates
        self._summary, self._manifest, self._model = summary, manifest, model
        self._read_sheet, self._read_truth = read_sheet, read_truth

    def __repr__(self) -> str:
        names = [name for name in dir(self) if not name.startswith("_")]
        return f"<charts: {', '.join(names)}>"

    def weights(self, language: str = "vi") -> Any:
        """Draw what each level of agreement is worth, in bits.

        Raises
        ------
        InputError
            Altair is not installed; as of every chart.
        """
        return self._drawing(language).weights(chart_data.weights(self._model))

    def scores(self, language: str = "vi") -> Any:
        """Draw how sure the decisions are: persons by log-odds and status, with the thresholds."""
        return self._drawing(language).scores(chart_data.scores(self._summary, self._manifest))

    def reliability(self, language: str = "vi") -> Any:
        """Draw the wrong links that the probabilities promise against those that the audit found, on scales of powers of ten.

        Raises
        ------
        InputError
            The run measured nothing of itself, for no number confirmed anybody.
        """
        return self._drawing(language).reliability(chart_data.reliability(self._audit()))

    def precision_recall(self, truth: Any = None, language: str = "vi", *, answers: Any = None) -> Any:
        """Draw precision against recall with their 95 % intervals: against a truth, by clerks' answers, or of the audit.

        Parameters
        ----------
        truth : path or frame, optional
            land_user_id, person_no (1 when absent), citizen_id (null: nobody in the register); the audit when not given.
        language : {"vi", "en"}
        answers : path or frame, optional
            The answered sheet that was drawn from this result (:func:`vnlink.report.sheet.draw_sheet`, or ``vnlink audit DIR
            --sample N``): persons of all strata, each weighed with those whom it stands for.

        Raises
        ------
        InputError
            There is nothing to measure by, or both a truth and answers, or the sheet is of another result.
        """
        drawing = self._drawing(language)
        if answers is not None:
            if truth is not None:
                raise InputError(message("a truth and answers were given", remedy="give one of them"))
            on_disk = isinstance(answers, (str, os.PathLike))
            judged = judge_answers(self._links, *(self._read_sheet(Path(answers)) if on_disk else answers_of(answers)))
            return drawing.precision_recall(chart_data.precision_recall(judged), "at_least")
        if truth is None:
            return drawing.precision_recall(chart_data.precision_recall(self._audit()), "at_least")
        points = chart_data.precision_recall_by_truth(evaluate(self._links, self._truth(truth)))
        return drawing.precision_recall(points, "threshold")

    def waterfall(self, land_user_id: str, person_no: int = 1, rank: int = 1, language: str = "vi") -> Any:
        """Draw how the match weight of one candidate comes about; it shows the levels of that pair, not its values.

        Parameters
        ----------
        land_user_id : str
        person_no : int
            Which person of the land user.
        rank : int
            Which candidate: 1 is the best.
        language : {"vi", "en"}

        Raises
        ------
        InputError
            There is no such candidate.
        """
        drawing = self._drawing(language)
        return drawing.waterfall(chart_data.waterfall(self._candidate(land_user_id, person_no, rank), self._model))

    def losses(self, truth: Any = None, language: str = "vi") -> Any:
        """Draw where links were lost: each person once, by cause; with a truth, what became of the right citizen.

        Parameters
        ----------
        truth : path or frame, optional
            As of :meth:`precision_recall`.
        language : {"vi", "en"}
        """
        drawing = self._drawing(language)
        if truth is None:
            return drawing.losses(chart_data.losses(self._summary), by_truth=False)
        found = chart_data.losses_by_truth(self._links, self._candidates, self._truth(truth))
        return drawing.losses(found, by_truth=True)

    def places(self, by: str = "province", most: int = PLACES_SHOWN, language: str = "vi") -> Any:
        """Draw the shares of full, partial and none by place, the places with most persons first.

        Parameters
        ----------
        by : {"province", "commune"}
        most : int
            Places shown.
        language : {"vi", "en"}

        Raises
        ------
        InputError
            No place is known.
        """
        drawing = self._drawing(language)
        found = chart_data.places(self._summary.get(f"by_{by}"), most) if by in ("province", "commune") else []
        if not found:
            remedy = 'say by="province" or by="commune", and link registers with addresses or codes'
            raise InputError(message("the run knows no place of this kind", remedy=remedy))
        return drawing.places(found, by)

    def _drawing(self, language: str) -> Drawing:
        return Drawing(_altair(), language_of(language))

    def _audit(self) -> Mapping[str, Any]:
        audit: Mapping[str, Any] | None = self._summary.get("audit")
        if audit is None:
            remedy = "give a truth where one is known, or link registers that both hold id numbers"
            raise InputError(message("the run measured nothing of itself: no number confirmed anybody", remedy=remedy))
        return audit

    def _candidate(self, land_user_id: str, person_no: int, rank: int) -> dict[str, Any]:
        table = self._candidates
        wanted = pc.and_(pc.equal(table["land_user_id"], land_user_id), pc.equal(table["rank"], rank))
        if "person_no" in table.column_names:
            wanted = pc.and_(wanted, pc.equal(table["person_no"], person_no))
        found = table.filter(wanted).to_pylist()
        if not found:
            remedy = "give an id of links.parquet, the number of a person, and a rank of candidates.parquet"
            raise InputError(message("the result has no such candidate", remedy=remedy))
        row: dict[str, Any] = found[0]
        return row

    def _truth(self, truth: Any) -> pa.Table:
        if isinstance(truth, (str, os.PathLike)):
            return self._read_truth(Path(truth))
        try:
            return pa.table(truth)
        except (TypeError, ValueError, pa.ArrowException):  # their texts may quote values
            remedy = "give a file, or a frame with land_user_id and citizen_id"
            raise InputError(message("the truth cannot be read as a table", found=type(truth), remedy=remedy)) from None
