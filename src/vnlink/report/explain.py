"""Why one land user was decided as it was: its persons, their candidates, and what each field added in bits.

The contributions of a candidate add up to its match weight: the fields' weights, each taken for how the names agree, and the
start, which is what a blind guess among the citizens (of the same name, where it agrees) would give. This is the one report
that shows values of records; it goes to whoever asked for that land user, and is never logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from vnlink.errors import InputError, message
from vnlink.report.language import language_of
from vnlink.report.words import BEST_LEVEL, STATUS_WORDS, Words, field_words, level_words, reason_words

__all__ = ["Explanation", "Say", "contributions", "explain", "speaker"]

LEVEL_PREFIX = "level_"
SHOWN_BITS = 0.05
"""Less is +0.0 on the page and left out."""

_START = Words("xuất phát", "the start: a blind guess among the citizens")
_OWN = Words("xuất phát và phần do bộ phân loại sửa", "the start, and what the classifier of your own corrected")
_PROBABILITY = Words("xác suất", "probability")
_AHEAD = Words("cách người thứ hai", "ahead of the second")
_OTHERS = Words("số người khác cũng có thể", "other citizens expected to fit as well")
_NOTHING = Words("Không cần gì thêm", "Nothing is missing for full.")
_NO_CANDIDATE = Words(
    "Không có ứng viên: cần đúng tên, ngày sinh, số giấy tờ", "No candidate: a right name, date or number is needed."
)
_TO_CHANGE = Words("Để khớp hoàn toàn, cần", "For full, this would have to change:")
_TO_TELL_APART = Words(
    "một số giấy tờ hoặc đủ ngày sinh để phân biệt", "an id number or a full date, to tell the citizens apart"
)
_STRONGER = Words("bằng chứng mạnh hơn: số giấy tờ hoặc đủ ngày sinh", "stronger evidence: an id number or a full birth date")

_NUMBERS, _EQUAL = ("personal_id", "old_id"), "equal"

FIELDS_OF_FULL = ("name", "birth", "personal_id", "old_id", "sex")
"""What has to agree for full where the land register holds it; a place never blocks full."""


Say = Callable[[Words], str]
"""Says words in the language that was asked for."""


def speaker(language: str | None) -> Say:
    """Give what says words in one language, "vi" or "en"; in both, one beside the other, where it is None.

    >>> speaker("vi")(Words("xác suất", "probability")), speaker(None)(Words("xác suất", "probability"))
    ('xác suất', 'xác suất / probability')
    """
    return str if language is None else language_of(language).say


Told = Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]
"""Persons: the row of the links, and the rows of its candidates by rank."""


class Explanation(str):
    """The text of an explanation, which a notebook shows as tables with bars. It prints and compares as the text it is.

    Parameters
    ----------
    text : str
    heading : str
        The id that was asked for.
    persons : Told
    model : mapping, optional
    """

    __slots__ = ("_heading", "_model", "_persons")

    _heading: str
    _persons: Told
    _model: Mapping[str, Any] | None

    def __new__(
        cls,
        text: str,
        heading: str = "",
        persons: Told = (),
        model: Mapping[str, Any] | None = None,
    ) -> Self:
        """Keep what the tables are made of beside the text."""
        made = super().__new__(cls, text)
        made._heading, made._persons, made._model = heading, persons, model
        return made

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str | None:
        if not self._persons:  # in one language it is text, also in a notebook
            return None
        from vnlink.report.display import explanation_html  # noqa: PLC0415 - only a notebook needs it

        return explanation_html(self._heading, self._persons, self._model)


def explain(
    links: pa.Table,
    candidates: pa.Table,
    model: Mapping[str, Any] | None,
    land_user_id: str | int,
    *,
    language: str | None = None,
) -> Explanation:
    """Explain the decisions of one land user.

    Parameters
    ----------
    links, candidates : pyarrow.Table
        As in ``links.parquet`` and ``candidates.parquet``; they may hold other land users too.
    model : mapping or None
        The model file's content: "fields" with "levels" and "weights_bits"; where weights depend on how the names agree,
        "groups" and the fields' "weights_by_group" too.
    land_user_id : str or int
        Whom to explain; a number is taken as its text.
    language : {"vi", "en"}, optional
        Vietnamese with the English beside when not given.

    Returns
    -------
    Explanation
        Plain text; in both languages a notebook shows it as tables.

    Raises
    ------
    InputError
        The result has no such land user, or there is no such language.
    """
    say = speaker(language)
    if isinstance(land_user_id, Integral) and not isinstance(land_user_id, bool):
        land_user_id = str(land_user_id)
    if not isinstance(land_user_id, str):
        what, remedy = "the id of a land user is text", "give an id of the land_user_id column of links.parquet"
        raise InputError(message(what, found=type(land_user_id), remedy=remedy))
    persons = links.filter(pc.equal(links["land_user_id"], land_user_id)).to_pylist()
    if not persons:
        raise InputError(
            message("the result has no such land user", remedy="give an id of the land_user_id column of links.parquet")
        )
    shown = candidates.filter(pc.equal(candidates["land_user_id"], land_user_id)).to_pylist()
    known = dict(model or {})
    told: list[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]] = []
    lines: list[str] = [f"{say(Words('Người sử dụng đất', 'Land user'))}: {land_user_id}"]
    for person in sorted(persons, key=lambda row: int(row["person_no"])):
        own = sorted((row for row in shown if row["person_no"] == person["person_no"]), key=lambda row: int(row["rank"]))
        told.append((person, own))
        lines += ["", *_person(person, say)]
        for candidate in own:
            lines += ["", *_candidate(candidate, known, say)]
        lines += ["", *_change(person, own, known, say)]
    return Explanation("\n".join(lines) + "\n", land_user_id, told if language is None else (), known)


def contributions(candidate: Mapping[str, Any], model: Mapping[str, Any]) -> list[tuple[str, str, float | None]]:
    """Give (field, level, bits) of a candidate, in the order of the model's fields; bits are None where no weight is known.

    Parameters
    ----------
    candidate : mapping
        A row of ``candidates.parquet``: a ``level_<field>`` entry per field.
    model : mapping
        The model file's content.

    Examples
    --------
    >>> model = {"fields": {"name": {"levels": ["missing", "exact"], "weights_bits": [0.0, 9.5]}}}
    >>> contributions({"level_name": "exact"}, model)
    [('name', 'exact', 9.5)]
    """
    fields = model.get("fields", {})
    group, of_another = _group(model, candidate), _is_of_another(model, candidate)
    present = [name.removeprefix(LEVEL_PREFIX) for name in candidate if name.startswith(LEVEL_PREFIX)]
    ordered = [name for name in fields if name in present] + [name for name in present if name not in fields]
    found: list[tuple[str, str, float | None]] = []
    for name in ordered:
        level = candidate[LEVEL_PREFIX + name]
        if level is not None:
            found.append((name, str(level), _weight(fields, name, str(level), group, candidate, of_another=of_another)))
    return found


def _group(model: Mapping[str, Any], candidate: Mapping[str, Any]) -> str | None:
    """How the names agree, in the model's few groups; its weights of the other fields depend on it."""
    groups, level = model.get("groups"), candidate.get(LEVEL_PREFIX + "name")
    levels = list(model.get("fields", {}).get("name", {}).get("levels", ()))
    if not groups or level not in levels:
        return None
    return str(groups["names"][groups["of_level"][levels.index(level)]])


def _corrected(model: Mapping[str, Any]) -> bool:
    """Whether a classifier of the user's has a part in the match weights."""
    return (model.get("classifier") or {}).get("same") is not None


def _weight(
    fields: Mapping[str, Any], name: str, level: str, group: str | None, candidate: Mapping[str, Any], *, of_another: bool
) -> float | None:
    """Bits of one level of a field, for a candidate of this group of names and this rarity."""
    field = fields.get(name, {})
    levels = list(field.get("levels", ()))
    weights = list(field.get("weights_by_group", {}).get(group, field.get("weights_bits", ())))
    if level not in levels or len(weights) != len(levels):
        return None
    at = levels.index(level)
    if of_another and "weights_beside_number" in field:
        return float(field["weights_beside_number"][at])
    return float(weights[at]) + (_by_rarity(fields, field, at, candidate) if group == "same" else 0.0)


def _is_of_another(model: Mapping[str, Any], candidate: Mapping[str, Any]) -> bool:
    """Whether a number agrees beside another's name."""
    agrees = any(candidate.get(LEVEL_PREFIX + name) == _EQUAL for name in _NUMBERS)
    return agrees and candidate.get(LEVEL_PREFIX + "name") in model.get("groups", {}).get("of_others", ())


def _by_rarity(fields: Mapping[str, Any], field: Mapping[str, Any], at: int, candidate: Mapping[str, Any]) -> float:
    """What a level is worth more where the whole name agrees, by how rare it is."""
    rarities = list(fields.get("rarity", {}).get("levels", ()))
    rarity = candidate.get(LEVEL_PREFIX + "rarity")
    if "more_by_rarity" not in field or rarity not in rarities:
        return 0.0
    return float(field["more_by_rarity"][at][rarities.index(rarity)])


def _person(person: Mapping[str, Any], say: Say) -> list[str]:
    status = f"{person['status']} ({say(STATUS_WORDS[person['status']])})"
    lines = [f"{person['person_no']}. {person['person_name'] or '-'}: {status}"]
    if person["probability"] is not None:
        odds = "" if person["log_odds"] is None else f", log-odds {person['log_odds']:+.1f} bit"
        margin = "" if person["margin"] is None else f", {say(_AHEAD)} {person['margin']:.1f} bit"
        lines.append(f"   {say(_PROBABILITY)} {_probability(person['probability'])}{odds}{margin}")
    if person["namesakes"] is not None and person["namesakes"] >= 0.005:
        lines.append(f"   {say(_OTHERS)}: {person['namesakes']:.2f}")
    lines += [f"   - {say(reason_words(code))} [{code}]" for code in person["reasons"] or ()]
    return lines


def _probability(value: float) -> str:
    """Never round to a certainty."""
    return f"{value:.4f}" if 0.00005 <= value < 0.99995 else f"1 - {1.0 - value:.1e}" if value > 0.5 else f"{value:.1e}"


def _candidate(candidate: Mapping[str, Any], model: Mapping[str, Any], say: Say) -> list[str]:
    weight = candidate["match_weight"]
    head = f"   {candidate['rank']}) {say(Words('công dân', 'citizen'))} {candidate['citizen_id']}"
    lines = [f"{head}: {say(_PROBABILITY)} {_probability(candidate['probability'])}, {weight:+.1f} bit"]
    total, known = 0.0, False
    for name, level, bits in contributions(candidate, model):
        total, known = total + (bits or 0.0), known or bits is not None
        if level == "missing" and bits is not None and abs(bits) < SHOWN_BITS:
            continue
        value = f"{bits:+7.1f}" if bits is not None else "      ?"
        lines.append(f"      {value}  {say(field_words(name))}: {say(level_words(name, level))}")
    if known and abs(weight - total) >= SHOWN_BITS:
        lines.append(f"      {weight - total:+7.1f}  {say(_OWN if _corrected(model) else _START)}")
    return lines


def _change(person: Mapping[str, Any], candidates: list[dict[str, Any]], model: Mapping[str, Any], say: Say) -> list[str]:
    """Say what a clerk could look up so that the decision becomes full."""
    if person["status"] == "full":
        return [f"   {say(_NOTHING)}"]
    if not candidates:
        return [f"   {say(_NO_CANDIDATE)}"]
    lines = [f"   {say(_TO_CHANGE)}"]
    for name, level, bits in contributions(candidates[0], model):
        best = BEST_LEVEL.get(name)
        asked = any(code.startswith(f"{name}_") for code in person["reasons"] or ())
        if name not in FIELDS_OF_FULL or not asked or best is None or level == best:
            continue
        # Another name would change the weights of all fields, and so may a number, so only the other fields' gain is a number.
        fields, group = model.get("fields", {}), _group(model, candidates[0])
        before, after = (_is_of_another(model, one) for one in (candidates[0], {**candidates[0], LEVEL_PREFIX + name: best}))
        moves_all = name == "name" or before != after
        gain = None if moves_all else _weight(fields, name, best, group, candidates[0], of_another=before)
        worth = f" ({gain - bits:+.1f} bit)" if gain is not None and bits is not None else ""
        lines.append(f"      {say(field_words(name))}: {say(level_words(name, level))} → {say(level_words(name, best))}{worth}")
    if person["namesakes"] is not None and person["namesakes"] >= 0.5:
        lines.append(f"      {say(_TO_TELL_APART)}")
    if len(lines) == 1:
        lines.append(f"      {say(_STRONGER)}")
    return lines
