"""The public face: :class:`Linker`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Self

import pyarrow as pa

from vnlink.checks import refuse_other_names
from vnlink.classify.model import Model, is_model
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.config import Config
from vnlink.errors import InputError, allowed_by, message
from vnlink.ids import whole_number_ids
from vnlink.indexing import run_index
from vnlink.linkage import Linkage
from vnlink.lookup import FoundPerson, FoundTables, LookUps
from vnlink.report.display import linker_html
from vnlink.report.progress import notebook_progress
from vnlink.result import LinkResult
from vnlink.runs import manifest_of, summary_of, write_model
from vnlink.saving import model_path, place_for_model
from vnlink.schema import Side
from vnlink.storage.index_files import identity
from vnlink.storage.quarantine import quarantine_table

__all__ = ["Linker"]

Progress = Callable[[str, int, int], None]

_SECTIONS: dict[str, tuple[str, ...]] = {
    "normalize": ("gender_codes", "land_vintage", "citizen_vintage", "legacy_encodings", "place_from_rows"),
    "decide": (
        "top_k",
        "probability_partial",
        "probability_full",
        "short_list",
        "full_requires",
        "max_wrong_full",
        "confidence",
        "status",
        "other_rows",
        "one_to_one",
    ),
    "run": ("threads", "memory_bytes", "batch_rows", "seed"),
}


_COLUMNS = {"land_columns": "land", "citizen_columns": "citizen", "shared_columns": "both"}


class Linker:
    """Link land users to citizens.

    Settings are keyword arguments, as in scikit-learn (``get_params``, ``set_params`` and ``sklearn.base.clone`` work); each is
    described in :class:`vnlink.config.Config`. A linker that was not fitted learns anew from the
    registers of each :meth:`link`, and keeps nothing of it.

    Parameters
    ----------
    land_columns, citizen_columns : dict of str to str, optional
        Headers of the tables -> canonical columns, where they are not recognised; each has to be there.
    shared_columns : dict of str to str, optional
        The same of either table, used where they are found: the plain entries of ``[columns]``.
    gender_codes : dict of str to {"male", "female"}, optional
        What the values of the sex columns mean.
    land_vintage, citizen_vintage : {"old", "2025"}, optional
        Which list of communes the codes of a side are from.
    legacy_encodings : bool
        Whether names and addresses that were saved from an old encoding (TCVN3, VNI ...) are read back where a column, the
        rows of a commune or three words of a cell prove it; what was found is in the manifest.
    place_from_rows : bool
        Whether a row that tells no commune takes that of the rows with neighbouring ids (:mod:`vnlink.vicinity`).
    top_k : int
        Candidates kept per person, 1 to 10.
    probability_partial, probability_full : float
        Lowest probability of partial and of full.
    short_list : int
        Candidates that may reach ``probability_partial`` together.
    full_requires : tuple of str
        Fields that must agree for full, where the land register holds them.
    max_wrong_full : float, optional
        Promised share of wrong citizens among the full links, with ``confidence``; see :mod:`vnlink.promise`. Half of the
        citizens are then held out of learning.
    confidence : float
        Probability that the promise holds.
    status : {"rule", "learned"}
        Whether the status rule or what labels taught tells full from partial; never full on a contradiction.
    other_rows : bool
        Whether land users who lead to the same citizen say something of each other (:mod:`vnlink.other_rows`); not with
        ``max_wrong_full``.
    one_to_one : {"none", "land_user", "parcel"}
        Within which group a citizen may be given to one person only.
    threads : int, optional
        Workers; all cores when not given.
    memory_bytes : int or str, optional
        Memory the run may use, three quarters of the machine's when not given. What does not fit is kept in files and taken in
        parts; a result does not depend on it.
    batch_rows : int
        Rows taken at a time; changes speed and memory, never a result.
    seed : int
        Which rows are the sample to learn from.
    classifier : MatchClassifier or scikit-learn classifier, optional
        Learns from labels in place of the built-in correction, and tells full from partial where ``status`` is "learned". A
        :class:`~vnlink.MatchClassifier` that is fitted already is taken as it is. A model that was loaded has its own.

    Attributes
    ----------
    model_ : Model
        What was learned; after :meth:`fit` or :meth:`load`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> land = pa.table({"land_user_id": ["L1"], "full_name": ["Hộ ông Nguyễn Văn Hùng"], "id_number": ["001065012345"]})
    >>> citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Nguyễn Văn Hùng"], "personal_id": ["001065012345"]})
    >>> result = Linker(threads=1).link(land, citizens)
    >>> result.links["citizen_id"].to_pylist()
    ['C1']
    """

    def __init__(
        self,
        *,
        land_columns: dict[str, str] | None = None,
        citizen_columns: dict[str, str] | None = None,
        shared_columns: dict[str, str] | None = None,
        gender_codes: dict[str, str] | None = None,
        land_vintage: str | None = None,
        citizen_vintage: str | None = None,
        legacy_encodings: bool = True,
        place_from_rows: bool = True,
        top_k: int = 3,
        probability_partial: float = 0.5,
        probability_full: float = 0.9995,
        short_list: int = 10,
        full_requires: tuple[str, ...] = ("name", "birth", "id", "sex"),
        max_wrong_full: float | None = None,
        confidence: float = 0.95,
        status: str = "rule",
        other_rows: bool = True,
        one_to_one: str = "none",
        threads: int | None = None,
        memory_bytes: int | str | None = None,
        batch_rows: int = 131_072,
        seed: int = 20_250_701,
        classifier: Any = None,
    ) -> None:
        self.land_columns = land_columns
        self.citizen_columns = citizen_columns
        self.shared_columns = shared_columns
        self.gender_codes = gender_codes
        self.land_vintage = land_vintage
        self.citizen_vintage = citizen_vintage
        self.legacy_encodings = legacy_encodings
        self.place_from_rows = place_from_rows
        self.top_k = top_k
        self.probability_partial = probability_partial
        self.probability_full = probability_full
        self.short_list = short_list
        self.full_requires = full_requires
        self.max_wrong_full = max_wrong_full
        self.confidence = confidence
        self.status = status
        self.other_rows = other_rows
        self.one_to_one = one_to_one
        self.threads = threads
        self.memory_bytes = memory_bytes
        self.batch_rows = batch_rows
        self.seed = seed
        self.classifier = classifier

    @classmethod
    def from_config(cls, config: Config, **settings: Any) -> Self:
        """Make a linker with the settings of a configuration; ``settings`` come before them.

        Parameters
        ----------
        config : Config
            From :func:`vnlink.load_config`, or ``Config.from_mapping`` of a manifest's "config".

        Raises
        ------
        InputError
            It is no configuration.

        Examples
        --------
        >>> Linker.from_config(Config.from_mapping({"decide": {"top_k": 5}}), threads=2)
        Linker(top_k=5, threads=2)
        """
        if not isinstance(config, Config):
            remedy = 'read it: vnlink.load_config("vnlink.toml")'
            raise InputError(message("a configuration is required", found=type(config), remedy=remedy))
        found: dict[str, Any] = {name: dict(getattr(config.columns, part)) or None for name, part in _COLUMNS.items()}
        for section, names in _SECTIONS.items():
            found |= {name: getattr(getattr(config, section), name) for name in names}
        return cls(**(found | settings))

    @classmethod
    def _names(cls) -> list[str]:
        return [*_COLUMNS, *(name for names in _SECTIONS.values() for name in names), "classifier"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; with ``deep`` those of the classifier too, as ``classifier__name``."""
        found = {name: getattr(self, name) for name in self._names()}
        if deep and hasattr(self.classifier, "get_params") and not isinstance(self.classifier, type):
            found |= {f"classifier__{name}": value for name, value in self.classifier.get_params().items()}
        return found

    def set_params(self, **params: Any) -> Self:
        """Change settings.

        Raises
        ------
        InputError
            A name is not a setting.
        """
        refuse_other_names(params, self.get_params(), "Linker")
        nested = {name.removeprefix("classifier__"): value for name, value in params.items() if name.startswith("classifier__")}
        for name, value in params.items():
            if name in self._names():
                setattr(self, name, value)
        if nested:
            self.classifier.set_params(**nested)
        return self

    def _changed(self) -> dict[str, Any]:
        """Settings that are not the default."""
        default = Linker().get_params() if type(self) is Linker else {}
        return {name: value for name, value in self.get_params(deep=False).items() if value != default.get(name)}

    def __repr__(self) -> str:
        return f"Linker({', '.join(f'{name}={value!r}' for name, value in self._changed().items())})"

    def _repr_html_(self) -> str:
        if not hasattr(self, "model_"):
            return linker_html(type(self).__name__, self._changed(), None)
        return linker_html(type(self).__name__, self._changed(), dict(self.model_.report), self.model_.labels)

    def _config(self) -> Config:
        sections: dict[str, dict[str, Any]] = {
            section: {name: getattr(self, name) for name in names} for section, names in _SECTIONS.items()
        }
        columns: dict[str, Any] = {part: getattr(self, name) or {} for name, part in _COLUMNS.items()}
        return Config.from_mapping({**sections, "columns": columns})

    def fit(self, land: Any, citizens: Any, labels: Any = None) -> Self:
        """Learn the weights from two registers; no labels are needed.

        Parameters
        ----------
        land, citizens : path or frame
            The registers: a file, or anything with the Arrow C stream interface.
        labels : path or frame, optional
            Clerks' decisions: land_user_id, person_no (1 when absent), citizen_id, status. Full or partial with a citizen:
            this is the person; none with a citizen: not this one; none without: nobody in the register.

        Returns
        -------
        Linker
            Itself, with ``model_``.

        Raises
        ------
        InputError
            A table or the labels are not what the contract asks for, or the classifier has nothing to learn from.
        ModelError
            What the classifier learned cannot be saved as data.
        """
        config = self._config()
        with notebook_progress() as progress, Linkage(land, citizens, config, progress) as linkage:
            self.model_ = linkage.learn(labels, self.classifier)
        return self

    def adapt(self, land: Any, citizens: Any, labels: Any = None) -> Self:
        """Learn from two registers, beginning with the model that this linker has.

        A model that was learned elsewhere loses where people and clerks are others. Adapted, it learns what these registers
        show and keeps what they do not: of fewer than two hundred persons hardly anything is learned. Begin with the model from
        elsewhere each time: what one register shows counts again each time that it is adapted to.

        Parameters
        ----------
        land, citizens, labels : path or frame
            As for :meth:`fit`.

        Returns
        -------
        Linker
            Itself, with another ``model_``.

        Raises
        ------
        InputError
            There is no model yet, or a table is not what the contract asks for.
        ModelError
            The model has a classifier of the user's own.
        ConfigError
            ``max_wrong_full`` is set and the model was not trained with it: half of the citizens had to be kept out. That half
            is drawn by citizen ids, so a model of the same people under other ids is not to be begun with.
        """
        if not hasattr(self, "model_"):
            raise InputError(message("there is no model to adapt", remedy="call fit, or Linker.load, first"))
        config, start = self._config(), self.model_
        with notebook_progress() as progress, Linkage(land, citizens, config, progress) as linkage:
            self.model_ = linkage.learn(labels, self.classifier, start=start)
        return self

    def link(self, land: Any, citizens: Any) -> LinkResult:
        """Link two registers and decide every person of every land user.

        Parameters
        ----------
        land, citizens : path or frame
            In place of the second one, the folder of an index of it.

        Returns
        -------
        LinkResult

        Raises
        ------
        InputError
            A table is not what the contract asks for.
        """
        config = self._config()
        links: list[pa.Table] = []
        candidates: list[pa.Table] = []

        def take(some_links: pa.Table, some_candidates: pa.Table) -> None:
            links.append(some_links)
            candidates.append(some_candidates)

        with notebook_progress() as progress, Linkage(land, citizens, config, progress) as linkage:
            own = self.classifier
            model = self.model_ if hasattr(self, "model_") else linkage.learn(classifier=own, then_decide=True)
            outcome = linkage.decide(model, take)
        summary = summary_of(linkage, outcome, model)
        return LinkResult(
            pa.concat_tables(links),
            pa.concat_tables(candidates),
            quarantine_table(linkage.sources[Side.LAND].quarantine, linkage.sources[Side.CITIZEN].quarantine),
            manifest_of(linkage, outcome, config, model),
            model.as_dict(),
            summary,
            whole_number_ids=whole_number_ids({Side.LAND: land, Side.CITIZEN: citizens}, linkage.sources),
        )

    def label(self, land: Any, citizens: Any, answers: str | os.PathLike[str], *, count: int = 200) -> Any:
        """Ask a clerk, in a notebook, about the pairs of which the model is least sure.

        The registers are linked, the most telling pairs are shown one by one with their differences marked, and each answer
        (keys f, p, n, s for full, partial, none, skip; z goes back) is in the file ``answers`` at once. A later call with the
        same file goes on. Then: ``linker.fit(land, citizens, labels=answers)``.

        Parameters
        ----------
        land, citizens : path or frame
        answers : path-like
            A CSV file, made with the first answer.
        count : int
            Pairs asked for at most.

        Returns
        -------
        widget
            Its attribute ``session`` is the :class:`~vnlink.label_session.LabelSession`.

        Raises
        ------
        InputError
            anywidget is not installed, or ``answers`` holds something else.
        """
        from vnlink.label_session import LabelSession  # noqa: PLC0415 - a plain link labels nothing
        from vnlink.label_widget import label_widget, require  # noqa: PLC0415

        require()  # before the registers are linked, which may take minutes
        columns = {name: getattr(self, name) for name in _COLUMNS}
        return label_widget(LabelSession(self.link(land, citizens), land, citizens, answers, count=count, **columns))

    def index(
        self,
        citizens: Any,
        out: str | os.PathLike[str],
        *,
        base: str | os.PathLike[str] | None = None,
        removed: Any = None,
        overwrite: bool = False,
    ) -> dict[str, Any]:
        """Read a population register once, for many links and look-ups.

        Parameters
        ----------
        citizens : path or frame, or None
            The register; with ``base`` the rows that are new or changed.
        out : path-like
            The folder to make.
        base, removed
            An index to apply changes to, and the ids that leave; see :func:`vnlink.indexing.run_index`.
        overwrite : bool
            Whether an earlier index in this place may be replaced.

        Returns
        -------
        dict
            The manifest of the index.
        """
        with allowed_by("overwrite=True"):
            return run_index(citizens, out, base=base, removed=removed, config=self._config(), overwrite=overwrite)

    def lookup(self, person: Any, index: str | os.PathLike[str]) -> list[FoundPerson] | FoundTables:
        """Look up one land user, or a few, in the index of a population, with the model of this linker.

        Parameters
        ----------
        person : mapping, path or frame
            The cells of one land user by column (an id is not needed), or a table of land users.
        index : path-like
            The folder of an index. It is opened once, and again when another one is in its place.

        Returns
        -------
        list of FoundPerson, or FoundTables
            Of one land user a list of the persons whom it names; of a table the tables of a link. The decisions are those of
            :meth:`link` for a table of the same rows, see :mod:`vnlink.lookup`.

        Raises
        ------
        InputError
            There is no model yet, or a row is not what the contract asks for.
        StorageError
            The folder is not an index of this version, or is damaged.
        """
        if not hasattr(self, "model_"):
            raise InputError(message("a look-up needs a model", remedy="call fit first, or Linker.load"))
        opened = self._opened(os.fspath(index))
        return opened.one(person) if isinstance(person, Mapping) else opened.many(person)

    def _opened(self, index: str) -> LookUps:
        """The index with the present model and settings, opened anew only when one of the three is another one."""
        known: tuple[Any, ...] | None = self.__dict__.get("_lookups")
        settings = {name: value for name, value in self.__dict__.items() if not name.endswith("_") and name != "_lookups"}
        wanted = (index, identity(index), id(self.model_), settings)
        if known is None or known[0] != wanted:
            known = self._lookups = (wanted, LookUps(index, self.model_, self._config()))
        opened: LookUps = known[1]
        return opened

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lookups"}

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model as JSON. An earlier model in its place is replaced, and no other file.

        Parameters
        ----------
        path : path-like
        overwrite : bool
            Whether a file that is no model may be replaced too.

        Raises
        ------
        InputError
            Nothing was learned yet, or something else is in the place.
        """
        if not hasattr(self, "model_"):
            raise InputError(message("the linker has no model yet", remedy="call fit first"))
        write_model(self.model_, place_for_model(path, is_model, overwrite=overwrite))

    @classmethod
    def load(cls, path: str | os.PathLike[str], **settings: Any) -> Self:
        """Make a linker with a saved model; ``settings`` are those of the constructor.

        Raises
        ------
        ModelError
            The file is damaged, of another version or for other fields.
        """
        linker = cls(**settings)
        linker.model_ = Model.load(model_path(path), FIELDS, NAME_GROUPS)
        return linker
