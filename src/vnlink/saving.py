"""The place of a model file, as a caller of the library gives it: looked at before anything is written there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vnlink.errors import InputError, allowed_by, message
from vnlink.storage.publish import refuse_to_replace

__all__ = ["model_path", "place_for_model"]


def model_path(path: Any) -> Path:
    """The path of a model file, to be read or written.

    Raises
    ------
    InputError
        It is no path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(
            message("a model file is given by its path", found=type(path), remedy='write it as text: "model.json"')
        )
    return Path(path)


def place_for_model(path: Any, is_own: Callable[[Path], bool], *, overwrite: bool) -> Path:
    """Where a model may be written: nothing is there, or an earlier model, or a file that may be replaced.

    Parameters
    ----------
    path : path-like
    is_own : callable
        Whether a file is a model of this kind.
    overwrite : bool
        Whether any file there may be replaced.

    Raises
    ------
    InputError
        A folder or a file of another kind is there. Nothing was touched.
    """
    place = model_path(path)
    if place.is_dir():
        remedy = 'give the name of a file in it, such as "model.json"'
        raise InputError(message("a model is saved to a file and the path is that of a folder", remedy=remedy))
    with allowed_by("overwrite=True"):
        refuse_to_replace(place, "model", is_own, overwrite=overwrite)
    return place
