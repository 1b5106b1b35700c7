"""The widget of :meth:`vnlink.Linker.label`: one pair side by side, differences marked, a key for each answer.

It shows a :class:`~vnlink.label_session.LabelSession` and holds nothing itself. What registers hold goes to the browser as
messages, not as state of the widget: a notebook that is saved keeps none of it. It needs anywidget (the extra ``notebook``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vnlink.errors import InputError, VnlinkError, message
from vnlink.label_session import LabelSession, Pair
from vnlink.report.palette import LIGHT
from vnlink.report.words import FIELD_WORDS, Words

__all__ = ["label_widget", "reply", "require", "shown"]

KEYS = (
    ("full", "f", LIGHT["full"]),
    ("partial", "p", LIGHT["partial"]),
    ("none", "n", LIGHT["none"]),
    ("skip", "s", "transparent"),
    ("undo", "z", "transparent"),
)
WORDS = {
    "name": FIELD_WORDS["name"],
    "left": Words("Sổ đất", "Land register"),
    "right": Words("Dân cư", "Population register"),
    "compared": Words("So sánh", "Compared"),
    "full": Words("Đúng người, đủ", "the person, all agrees"),
    "partial": Words("Đúng người, có khác hoặc thiếu", "the person, something differs or is missing"),
    "none": Words("Không phải người này", "not this citizen"),
    "skip": Words("Bỏ qua", "skip"),
    "undo": Words("Quay lại", "back"),
}


def _both(words: Words) -> dict[str, str]:
    return {"vi": words.vi, "en": words.en}


def shown(pair: Pair) -> dict[str, Any]:
    """Turn a pair into plain data for the browser."""
    names = pair.names
    return {
        "owner": pair.owner,
        "names": _both(Words(names.vietnamese, names.english)),
        "syllables": [{"left": one.left, "right": one.right, "differs": bool(one.kinds)} for one in names.syllables],
        "rows": [
            {
                "field": _both(row.field),
                "left": row.left,
                "right": row.right,
                "state": row.state,
                "words": _both(row.words),
            }
            for row in pair.rows
        ],
    }


def reply(session: LabelSession, said: str) -> dict[str, Any]:
    """Take what the browser said ("" at first, an answer, or "undo") and give what it has to show next."""
    error = ""
    try:
        if said == "undo":
            session.undo()
        elif said:
            session.answer(said)
    except VnlinkError as problem:
        error = str(problem)
    told = session.progress()
    pair = session.pair if told["left"] else None
    return {
        "pair": None if pair is None else shown(pair),
        "answered": told["answered"],
        "left": told["left"],
        "helps": told["helps"],
        "sentence": _both(told["sentence"]),
        "error": error,
        "words": {name: _both(words) for name, words in WORDS.items()},
        "keys": [list(key) for key in KEYS],
    }


def require() -> Any:
    """Import anywidget.

    Raises
    ------
    InputError
        It is not installed.
    """
    try:
        import anywidget  # noqa: PLC0415 - an extra, and only for notebooks
    except ImportError:
        remedy = 'run: pip install "vnlink[notebook]" (without it, use vnlink.label_session.LabelSession)'
        raise InputError(message("labelling in a notebook needs the package anywidget", remedy=remedy)) from None
    return anywidget


def label_widget(session: LabelSession) -> Any:
    """Make the widget of a session; its attribute ``session`` is that.

    Raises
    ------
    InputError
        anywidget is not installed.
    """
    base = require().AnyWidget
    kind: Any = type("LabelWidget", (base,), {"_esm": Path(__file__).with_suffix(".js"), "__repr__": lambda _: repr(session)})
    widget = kind()
    widget.session = session

    def heard(_: Any, content: dict[str, Any], __: Any) -> None:
        widget.send(reply(session, str(content.get("said", ""))))

    widget.on_msg(heard)
    return widget
