"""Look up one land user, or a few, while one types: the decision that a link would come to, from an opened index.

A row that is looked up is read, compared and decided as a table of its own, by the model and the settings of the linker. So it
gets the decision that ``link`` gives a table of this row, or of these rows. What only a whole register tells is not there: old
encodings are not read back, and what codes of a sex or a commune stand for is inferred from these rows, unless the settings
say it. So is whether a column of dates was written month first: those of a single person are read day first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.classify.model import Model
from vnlink.classify.presence import circumstances
from vnlink.compare.pairs import CompareTables
from vnlink.compare.patterns import FIELDS
from vnlink.compare.places import district_marks, pack_places
from vnlink.compare.syllables import pack_syllables
from vnlink.config import Config
from vnlink.decide.policy import Sides, all_agree, decide
from vnlink.decide.posterior import Posterior, posterior
from vnlink.decide.ranking import LOWER, SCALE, Ranking
from vnlink.decide.reasons import BEST_CITIZEN, CITIZEN_TWICE, NOBODY_LIKELIER, as_lists, reason_codes, what_decides
from vnlink.decide.tables import candidates_table, links_table
from vnlink.deciding import KEEP, available_fields, status_rule
from vnlink.engines.local import LandPart
from vnlink.engines.lookup import LookupEngine, SortedHomes
from vnlink.engines.population import Population
from vnlink.errors import ConfigError, InputError, message
from vnlink.hashing import hash_text
from vnlink.hiding import held_by
from vnlink.normalize.few import FewRowsReader
from vnlink.population_index import open_population
from vnlink.reading import gender_codes
from vnlink.records import pack_records
from vnlink.rows import Kept, aligned
from vnlink.schema import LAND_COLUMNS, LexiconArrays, People, PlaceArrays, Side, Status
from vnlink.storage.cells import first_filled, joined, text_of_object
from vnlink.storage.date_order import DATE_COLUMNS, DateOrder, day_first
from vnlink.storage.headers import JOINED, HeaderMap, fold_header, header_words, is_headerlike, recognise
from vnlink.storage.keys import KeyCheck
from vnlink.storage.sources import open_source

__all__ = ["Candidate", "FoundPerson", "FoundTables", "LookUps"]

_STATUS = tuple(str(status) for status in Status)
_BATCH = 4096
"""Rows of a frame that are looked up together: their records and candidates stay in the cache."""

_MOST_WORDS = 200_000
"""Distinct words after which the tables of a session begin anew: what people type has no end."""

_MOST_SHAPES = 64
_FEW, _MOST_JUDGED = 4, 1 << 14
"""Persons of a row who are remembered, as nearly all rows have them, and how many are."""

_TYPED = re.compile("[a-z_]+")
"""A key as programs write them. Any other may be a value of a record, and is not shown."""

_NO_CELLS = (list, tuple, set, dict)
_LEVELS_OF_FIELDS = tuple((f.name, f.levels, f.shift, (1 << f.bits) - 1) for f in FIELDS)
_ID = "land_user_id"
_LOWER = int(LOWER)


class Candidate(NamedTuple):
    """A citizen who may be the person; ``levels`` says how each field compares."""

    citizen_id: str
    probability: float
    match_weight: float
    levels: dict[str, str]


class FoundPerson(NamedTuple):
    """What was decided of one person; the fields are the columns of ``links``, with the best candidates beside them."""

    person_no: int
    person_name: str
    citizen_id: str | None
    status: str
    probability: float | None
    log_odds: float | None
    margin: float | None
    namesakes: float | None
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]


class FoundTables(NamedTuple):
    """What was decided of the persons of a frame: the tables ``links`` and ``candidates`` of a link."""

    links: pa.Table
    candidates: pa.Table


class _Judged(NamedTuple):
    """The status of some persons, and the reasons: codes of each combination, and the combination of each person."""

    status: NDArray[np.uint8]
    codes: list[list[str]]
    which: NDArray[np.int64]

    @classmethod
    def of(cls, persons: list[tuple[int, list[str]]]) -> _Judged:
        """Put together what was decided of each person: the status and its reasons."""
        statuses = np.array([status for status, _ in persons], np.uint8)
        return cls(statuses, [codes for _, codes in persons], np.arange(len(persons)))


class _Few(NamedTuple):
    """Some rows, ranked and decided."""

    people: People
    ranking: Ranking
    post: Posterior
    judged: _Judged


class LookUps:
    """An opened index with a model. Not safe for use by several threads at a time.

    Parameters
    ----------
    path : path-like
        Folder of an index.
    model : Model
    config : Config

    Raises
    ------
    StorageError
        The folder is no index, is damaged, or was made by another version.
    ConfigError
        A setting asks for what only a whole land register can give.
    """

    def __init__(self, path: str | os.PathLike[str], model: Model, config: Config) -> None:
        if config.decide.max_wrong_full is not None or config.decide.one_to_one != "none":
            what = "decide.max_wrong_full and decide.one_to_one need a whole land register"
            raise ConfigError(message(what, remedy="leave them out for look-ups"))
        self._config, self._model = config, model
        self._index = open_population(path, config, every_file=True)
        register = self._index.register(Kept.MAPPED)
        self._begin()
        population = Population(register.table, self._reader.places.communes)
        self._ids = register.ids
        self._engine = LookupEngine(population, self._index.namesakes, self._index.keys(), SortedHomes(*self._index.homes()))
        self._scorer = model.scorer_maker(len(population), SCALE)()
        self._rule = status_rule(config.decide, available_fields(population, config.run.batch_rows))
        self._headers: dict[tuple[str, ...], HeaderMap] = {}
        self._judged: dict[tuple[int, ...], tuple[int, list[str]]] = {}

    def _begin(self) -> None:
        self._reader = FewRowsReader(gender_codes(self._config.normalize))
        self._index.prepare(self._reader)
        self._tables = _Tables()

    def one(self, person: Mapping[str, Any]) -> list[FoundPerson]:
        """Look up one land user, who may name several persons."""
        cells = self._cells_of(person)
        self._renew()
        key = np.uint64(hash_text(cells[_ID] or ""))
        found = self._decided(self._reader.read_one(cells, key, self._config.normalize.land_vintage))
        return list(self._persons(found, cells["full_name"] or ""))

    def many(self, frame: Any) -> FoundTables:
        """Look up the land users of a frame or file."""
        if isinstance(frame, str) and not os.path.lexists(frame):  # a name is no path, and is not to be shown as one
            what = "a land user is looked up by its cells, and a table by its path; the text given is no path of a file"
            raise InputError(message(what, side=Side.LAND, remedy='give a mapping, {"full_name": ...}, or the path of a table'))
        columns = self._config.columns
        source = open_source(frame, Side.LAND, columns.of_side(Side.LAND), shared=columns.shared_with(Side.LAND))
        check = KeyCheck(Side.LAND)
        batches = [(batch, check.add(batch)) for batch in source.batches()]
        check.finish(source)
        rows = pa.Table.from_batches([batch for batch, _ in batches]).combine_chunks()
        cells = {name: _dates_read(name, rows[name].combine_chunks()) for name in rows.schema.names}
        self._renew()
        keys = np.concatenate([some for _, some in batches])
        people, _, nobody = self._reader.read_land(cells, keys, self._config.normalize.land_vintage)
        found = self._decided(people)
        ids = rows[_ID]
        links = links_table(
            found.people,
            ids,
            nobody.put_into(self._reader.render(people.syllables), 0),
            self._ids,
            found.ranking,
            found.post,
            found.judged.status,
            as_lists(found.judged.codes, found.judged.which),
        )
        best = candidates_table(found.people, ids, self._ids, found.ranking, found.post, FIELDS, self._config.decide.top_k)
        return FoundTables(links, best)

    def _cells_of(self, person: Mapping[str, Any]) -> dict[str, str | None]:
        """The cells of one person as canonical text."""
        names = tuple(map(str, person))
        header = self._headers.get(names)
        if header is None:
            columns = self._config.columns
            with_id = [*names, _ID]
            try:
                header = recognise(names, Side.LAND, columns.of_side(Side.LAND), columns.shared_with(Side.LAND))
            except InputError:
                header = recognise(with_id, Side.LAND, columns.of_side(Side.LAND), columns.shared_with(Side.LAND))
            _refuse_unknown(names, header)
            if len(self._headers) >= _MOST_SHAPES:
                self._headers.clear()
            self._headers[names] = header
        values = [*person.values(), ""]
        if any(isinstance(value, _NO_CELLS) for value in values):
            raise _no_cells()
        cells: dict[str, str | None] = {}
        try:
            for column, group in header.sources.items():
                texts = [text_of_object(values[position]) for position in group]
                cells[column] = texts[0] if len(group) == 1 else _joined(column, texts)
        except (UnicodeEncodeError, TypeError, ValueError):
            raise _no_cells() from None
        return cells

    def _renew(self) -> None:
        if self._reader.words() > _MOST_WORDS:
            self._begin()

    def _decided(self, people: People) -> _Few:
        lexicon, places = self._reader.lexicon, self._reader.places
        land = LandPart(pack_records(people, Side.LAND), people.key, people.household)
        tables = self._tables.of(lexicon, places)
        ranking = self._engine.rank_few(land, lexicon, places, tables, self._scorer, KEEP)
        post = posterior(ranking, self._model.present[circumstances(people)])
        return _Few(people, ranking, post.doubted(self._model.doubt), self._judge(people, ranking, post))

    def _judge(self, people: People, ranking: Ranking, post: Posterior) -> _Judged:
        """Decide; a person who is like an earlier one in all that decides gets what that one got."""
        has = ranking.citizen[:, 0] >= 0
        best = ranking.patterns(np.arange(len(people)), 0)
        held, sides = held_by(people), Sides.of(post, self._rule)
        learns = self._config.decide.status == "learned"  # then every level may tell
        flags = people.flags | (self._engine.population.flags_of(ranking.citizen[:, 0]) & BEST_CITIZEN)
        flags[self._engine.with_doubles] |= CITIZEN_TWICE
        of_land = people.kind, flags, held.birth, held.sex, held.personal_id, held.old_id
        told = best if learns else what_decides(best, FIELDS), has, *of_land, *sides, post.nobody < NOBODY_LIKELIER
        likes: list[tuple[int, ...]] = []
        if len(people) <= _FEW:
            likes = list(zip(*(column.tolist() for column in told), strict=True))
            known = [self._judged.get(like) for like in likes]
            if all(known):
                return _Judged.of([one for one in known if one])
        learned = self._model.calls_full(best, all_agree(best, FIELDS)) if learns else None
        decision = decide(best, has, sides, held, FIELDS, self._rule, learned)
        codes, which = reason_codes(decision, best, held, people.kind, flags, has, post.nobody, FIELDS)
        if likes and len(self._judged) >= _MOST_JUDGED:
            self._judged.clear()
        for like, status, at in zip(likes, decision.status.tolist(), which.tolist(), strict=False):
            self._judged[like] = status, codes[at]
        return _Judged(decision.status, codes, which)

    def _persons(self, found: _Few, owner: str) -> Iterator[FoundPerson]:
        people, post = found.people, found.post
        statuses, reasons, which = found.judged
        best = found.ranking.table[:, : self._config.decide.top_k].tolist()
        rows = zip(
            people.kind.tolist(), people.syllables, best, found.ranking.shared.tolist(), post.probability.tolist(), strict=True
        )
        for i, (kind, syllables, of_person, shared, probabilities) in enumerate(rows):
            every = [
                Candidate(self._ids[citizen].as_py(), probability, score / SCALE, _levels((pattern & _LOWER) | shared))
                for (score, citizen, pattern), probability in zip(of_person, probabilities, strict=False)
                if citizen >= 0
            ]
            status = int(statuses[i])
            log_odds, margin, namesakes = (_or_none(column[i]) for column in (post.log_odds, post.margin, post.namesakes))
            yield FoundPerson(
                people.person_no[i].item(),
                owner if kind > 0 else self._reader.name_of(syllables),
                every[0].citizen_id if status < 2 else None,
                _STATUS[status],
                probabilities[0] if every else None,
                log_odds,
                margin,
                namesakes,
                tuple(reasons[which[i]]),
                tuple(every),
            )


def _dates_read(name: str, cells: pa.Array) -> pa.Array:
    """The cells of a column, with dates day first where the column proves that it was written month first."""
    if name not in DATE_COLUMNS:
        return cells
    order = DateOrder()
    order.add(cells)
    return day_first(cells) if order.month_first else cells


def _refuse_unknown(keys: tuple[str, ...], header: HeaderMap) -> None:
    """Refuse keys that nothing is read from: what a clerk typed must not be left out in silence."""
    unknown = [key for key in keys if key in header.unused()]
    if not unknown:
        return
    known = ", ".join(LAND_COLUMNS)
    twice = [key for key in unknown if is_headerlike(key) and fold_header(key) in header_words(Side.LAND)]
    if len(twice) == len(unknown):
        shown = ", ".join(f'"{key}"' for key in twice)
        raise InputError(message(f"what {shown} stands for is given by another key already", remedy="give each column once"))
    shown = ", ".join(f'"{key}"' for key in unknown) + f" {'is' if len(unknown) == 1 else 'are'} no column"
    if not all(is_headerlike(key) or _TYPED.fullmatch(key) for key in unknown):
        shown = f"{len(unknown):,} of the keys are no column"
    remedy = "correct the key, leave it out, or say which column it is: Linker(land_columns={...})"
    raise InputError(message(f"{shown} of a land user; known are {known}, and the usual Vietnamese headers", remedy=remedy))


def _no_cells() -> InputError:
    return InputError(message("a person's cells must be text, numbers or dates", remedy="convert them to text"))


def _joined(column: str, texts: list[str | None]) -> str | None:
    """The cells of several headers that make one column, as :class:`~vnlink.storage.tables.TableSource` joins them."""
    arrays = [pa.array([text], pa.string()) for text in texts]
    text: str | None = (joined(arrays) if column in JOINED else first_filled(arrays))[0].as_py()
    return text


def _or_none(number: np.float64) -> float | None:
    return None if isnan(number) else float(number)


def _levels(pattern: int) -> dict[str, str]:
    return {name: levels[(pattern >> shift) & mask] for name, levels, shift, mask in _LEVELS_OF_FIELDS}


class _Tables:
    """The tables of the comparison, packed once; what was met since is added behind them."""

    def __init__(self) -> None:
        self._tables: CompareTables | None = None
        self._done = 0, 0

    def of(self, lexicon: LexiconArrays, places: PlaceArrays) -> CompareTables:
        """Return the tables for these syllables and places, which begin with those of the last time."""
        sizes = len(lexicon.tone), len(places.province)
        if self._tables is None:
            self._tables, self._done = CompareTables.of(lexicon, places), sizes
        if sizes != self._done:
            syllables, rows, relations, marks = self._tables
            first, row = self._done
            if sizes[0] > first:
                # The relations are of the commonest syllables, which were met first; of a later one they know nothing.
                new = LexiconArrays._make(column[first:] for column in lexicon)
                syllables = _with_room(syllables, sizes[0])
                syllables[first : sizes[0]] = pack_syllables(new)
            if sizes[1] > row:
                packed = pack_places(PlaceArrays._make(column[row:] for column in places))
                rows, marks = _with_room(rows, sizes[1]), _with_room(marks, sizes[1])
                rows[row : sizes[1]], marks[row : sizes[1]] = packed, district_marks(packed)
            self._tables, self._done = CompareTables(syllables, rows, relations, marks), sizes
        return self._tables


def _with_room(table: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return the table, or where it has fewer rows one of twice as many as asked for, which begins with it."""
    if len(table) >= rows:
        return table
    wider = aligned(2 * rows, table.shape[1] if table.ndim > 1 else 0, table.dtype)
    wider[: len(table)], wider[len(table) :] = table, 0
    return wider
