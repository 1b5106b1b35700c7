"""Whole runs: read, learn, decide, and publish a folder or a model.

This is what the command line calls; :class:`vnlink.Linker` gives the same in memory.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from vnlink._version import __version__
from vnlink.classify.model import Model, is_model
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.config import Config
from vnlink.deciding import Outcome
from vnlink.errors import InputError, message
from vnlink.linkage import Linkage
from vnlink.notes import Note, note, notes_within
from vnlink.result import name_places, write_rest
from vnlink.schema import Side
from vnlink.storage.beside import WritingBeside
from vnlink.storage.digests import sha256_of
from vnlink.storage.publish import ResultFolder, refuse_to_replace, replace_file
from vnlink.storage.quarantine import quarantine_table
from vnlink.storage.tables import TableSource

__all__ = ["manifest_of", "run_link", "run_train", "summary_of", "write_model"]

Progress = Callable[[str, int, int], None]


def write_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model as JSON, whole or not at all."""
    with replace_file(path) as partial:
        partial.write_text(model.to_json(), encoding="utf-8")


def summary_of(linkage: Linkage, outcome: Outcome, model: Model) -> dict[str, Any]:
    """What ``summary.json`` says of a run."""
    told = {"audit": outcome.audit, "labels": model.labels, "drift": outcome.drift}
    summary = outcome.seen.finish(outcome.counts, linkage.encodings)
    name_places(summary)
    return summary | {"notes": notes_of(linkage)} | {name: value for name, value in told.items() if value is not None}


def notes_of(linkage: Linkage) -> list[Note]:
    """What a user should know of both registers, the land side's first."""
    sources = linkage.sources.values()
    found = [
        told
        for source in sources
        for told in (source.notes() if isinstance(source, TableSource) else notes_within(source.describe()))
    ]
    filled = 0 if linkage.vicinity is None else linkage.vicinity.filled
    found += [note("place_from_rows", Side.LAND, count=filled)] * (filled > 0)
    return found + [note("model_of_other_places", Side.LAND)] * linkage.places_unlike


def manifest_of(linkage: Linkage, outcome: Outcome, config: Config, model: Model) -> dict[str, Any]:
    """What ``manifest.json`` says of a run."""
    return {
        "inputs": {side.value: source.describe() for side, source in linkage.sources.items()},
        "counts": outcome.counts,
        "vintage": {"land": linkage.land.vintage, "citizen": linkage.citizens.vintage},
        "flags": {"land": linkage.land.flags, "citizen": linkage.citizens.flags},
        "encodings": linkage.encodings,
        "notes": notes_of(linkage),
        "places_from_rows": None if linkage.vicinity is None else linkage.vicinity.as_dict(),
        "keys_not_used": linkage.capped,
        "learned_from": model.report,
        "labels": model.labels,
        "drift": outcome.drift,
        "thresholds": {
            "log_odds_full": outcome.rule.log_odds_full,
            "log_odds_full_without_id": (
                outcome.rule.log_odds_full
                if outcome.rule.log_odds_full_without_id is None
                else outcome.rule.log_odds_full_without_id
            ),
            "probability_partial": outcome.rule.probability_partial,
            "short_list": outcome.rule.short_list,
            "full_requires": list(outcome.rule.required),
            "status": config.decide.status,
            "one_to_one": config.decide.one_to_one,
        },
        "guarantee": outcome.guarantee,
        "other_rows": None if outcome.other_rows is None else outcome.other_rows.as_dict(),
        "config": config.as_dict(),
        "versions": {
            "vnlink": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        },
        "times_seconds": dict(linkage.seconds),
        "pairs": linkage.pairs,
        "parts": outcome.parts,
    }


def run_link(
    land: Any,
    citizens: Any,
    out: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] | None = None,
    adapt: bool = False,
    labels: Any = None,
    config: Config | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Link two registers and publish the result as one folder.

    Parameters
    ----------
    land, citizens : path or frame
    out : path-like
        The folder to make. It appears when everything is written, or not at all.
    model : path-like, optional
        A trained model; learned from the registers when not given.
    adapt : bool
        Whether these registers are learned from, beginning with ``model``, instead of using it as it is.
    labels : path or frame, optional
        Clerks' decisions to learn from; they cannot be used together with a model that is used as it is.
    config : Config, optional
    overwrite : bool
        Whether an earlier result there may be replaced.
    progress : callable, optional

    Returns
    -------
    dict
        The manifest, with "summary" added.
    """
    config = config or Config()
    if adapt and model is None:
        raise InputError(message("there is no model to adapt", remedy="give a model, or leave adapt out to learn from nothing"))
    if model is not None and labels is not None and not adapt:
        what, remedy = "a trained model does not learn from labels", "give either a model or labels, or let it adapt"
        raise InputError(message(what, remedy=remedy))
    with ResultFolder(out, overwrite=overwrite) as folder:
        loaded = Model.load(Path(model), FIELDS, NAME_GROUPS) if model is not None else None
        with Linkage(land, citizens, config, progress, folder.scratch) as linkage:
            used = loaded
            if used is None or adapt:
                used = linkage.learn(labels, start=loaded, then_decide=True)
            with WritingBeside(folder, ("links.parquet", "candidates.parquet")) as writing:
                outcome = linkage.decide(used, writing.take)
            manifest = manifest_of(linkage, outcome, config, used)
        manifest["model_from"] = sha256_of(Path(model)) if model is not None else "learned in this run"
        manifest["adapted"] = adapt
        with linkage.timed("write"):
            quarantine = quarantine_table(linkage.sources[Side.LAND].quarantine, linkage.sources[Side.CITIZEN].quarantine)
            summary = summary_of(linkage, outcome, used)
            write_rest(folder, quarantine, summary, manifest, used.as_dict())
        manifest["times_seconds"] = dict(linkage.seconds)
        folder.publish(manifest)
    return manifest | {"summary": summary, "files": sorted([*folder.files, "manifest.json"])}


def run_train(
    land: Any,
    citizens: Any,
    out: str | os.PathLike[str],
    *,
    labels: Any = None,
    config: Config | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Model:
    """Learn a model from two registers and write it as JSON.

    A model takes the place of a model; any other file is only replaced with ``overwrite``, and refused before the learning.
    """
    refuse_to_replace(out, "model", is_model, overwrite=overwrite)
    with Linkage(land, citizens, config or Config(), progress) as linkage:
        model = linkage.learn(labels)
    write_model(model, out)
    return model
