"""A result folder that appears whole or not at all.

    .run1.partial-4711@host/    files, each synced; manifest.json last
              │ one rename
              ▼
            run1/

Whatever happens before the rename, an error, Ctrl-C, a kill, a power cut, there is no folder of the final name. After an error
the partial folder is removed; what a killed run left is removed by the next run on the same target. A folder that is not a
result of vnlink is never touched; one that is, only when asked to.

Overwriting takes two renames, old away and new in, because no portable call swaps two folders. A run killed between them
leaves the old result under a hidden name, and the next run puts it back first.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from vnlink.errors import InputError, StorageError, message
from vnlink.storage.writers import ParquetFile, Sink, json_text, storage_error, write_text

__all__ = ["FORMAT", "FORMAT_VERSION", "MANIFEST", "ResultFolder", "refuse_to_replace", "replace_file"]

MANIFEST = "manifest.json"
FORMAT = "vnlink result"
"""What a manifest of ours says it is, under "format"."""
FORMAT_VERSION = 1

_HOST = re.sub(r"[^0-9A-Za-z-]", "-", platform.node()) or "host"
_BEING_WRITTEN: set[Path] = set()
"""Partial folders of this process: what else bears its number was left by a dead one with the same number."""


def is_result(folder: Path, form: str = FORMAT) -> bool:
    """Whether a folder holds a manifest of ours, of this form."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == form


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there and belongs to somebody else
    return True


def _left_over(target: Path, word: str) -> Iterator[Path]:
    """Hidden folders that dead runs of this machine left beside the target."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.{word}-([0-9]+)@{re.escape(_HOST)}")
    for path in sorted(target.parent.glob(f".*.{word}-*")):
        found = pattern.fullmatch(path.name)
        if found and path not in _BEING_WRITTEN and (int(found[1]) == os.getpid() or not _is_alive(int(found[1]))):
            yield path


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ResultFolder:
    """The folder of one run while it is written.

    Parameters
    ----------
    path : path-like
        The final folder. Missing parents are made.
    overwrite : bool
        Whether an earlier result of vnlink in its place may be replaced.

    Raises
    ------
    StorageError
        On entering: the place is taken or cannot be written to. Later: the disk is full or failed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with ResultFolder(Path(place, "run1")) as folder:
    ...         folder.write_json("summary.json", {"persons": 1})
    ...         done = folder.publish({"version": "0.1.0"})
    ...     sorted(path.name for path in done.iterdir())
    ['manifest.json', 'summary.json']
    """

    form, form_version = FORMAT, FORMAT_VERSION
    word = "result"
    """What such a folder is called in errors."""

    def __init__(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow a link, and rename the linked folder
        self.overwrite = overwrite
        self.files: dict[str, dict[str, object]] = {}
        self._partial = self.path.parent / f".{self.path.name}.partial-{os.getpid()}@{_HOST}"
        self._old = self.path.parent / f".{self.path.name}.old-{os.getpid()}@{_HOST}"
        self._parts: dict[str, ParquetFile] = {}

    def __enter__(self) -> Self:
        if self._partial in _BEING_WRITTEN:
            raise StorageError(message(f"{self.path.name} is being written by this process", remedy="choose another folder"))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._tidy()
            self._check_place()
            self._partial.mkdir()
        except OSError as error:
            raise storage_error("made", self.path.name, error) from error
        _BEING_WRITTEN.add(self._partial)
        return self

    @property
    def scratch(self) -> Path:
        """A place for working files, removed with what a killed run left; it must be empty before :meth:`publish`."""
        return self._partial

    def _tidy(self) -> None:
        """Remove what dead runs left, and put back an old result whose replacement never came."""
        for old in _left_over(self.path, "old"):
            if self.path.exists():
                shutil.rmtree(old)
            else:
                old.rename(self.path)
        for partial in _left_over(self.path, "partial"):
            shutil.rmtree(partial)

    def _check_place(self) -> None:
        if not os.path.lexists(self.path):
            return
        name = self.path.name
        if not self.path.is_dir() or self.path.is_symlink():
            raise StorageError(message(f"{name} must be a new folder and is something else", remedy="choose another name"))
        if not any(self.path.iterdir()):
            return
        if not is_result(self.path, self.form):
            what = f"the folder {name} holds files that are no {self.word} of vnlink"
            raise StorageError(message(what, remedy="choose another folder: nothing there was touched"))
        if not self.overwrite:
            what = f"the folder {name} holds an earlier {self.word}"
            raise StorageError(message(what, remedy="choose another folder, or allow it to be overwritten"))

    def _place_of(self, name: str) -> Path:
        if not name or Path(name).name != name or name == MANIFEST or name in self.files or name in self._parts:
            msg = f"{name!r} is not a new file name in a result folder"
            raise ValueError(msg)
        return self._partial / name

    def _record(self, name: str, sink: Sink, **more: object) -> None:
        self.files[name] = {"bytes": sink.size, "sha256": sink.sha256, **more}

    def parquet(self, name: str, schema: pa.Schema) -> ParquetFile:
        """Begin a Parquet file; it must be closed (or left, as a ``with``) before :meth:`publish`."""
        self._parts[name] = ParquetFile(self._place_of(name), schema)
        return self._parts[name]

    @contextlib.contextmanager
    def binary(self, name: str) -> Iterator[Sink]:
        """Write a file of bytes, piece by piece; what the block wrote is the file."""
        sink = Sink(self._place_of(name))
        try:
            yield sink
            sink.finish()
        except OSError as error:
            raise storage_error("written", name, error) from error
        finally:
            if not sink.closed:
                sink.abandon()
        self._record(name, sink)

    def write_json(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file."""
        self.write_text(name, json_text(data))

    def write_text(self, name: str, text: str) -> None:
        """Write a text file in UTF-8."""
        self._record(name, write_text(self._place_of(name), text))

    def publish(self, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest and give the folder its final name.

        Parameters
        ----------
        manifest : mapping
            What the run wants to say; "format", "format_version" and "files" (bytes, sha256 and, for Parquet, rows) are
            added.

        Returns
        -------
        Path
            The finished folder.

        Raises
        ------
        StorageError
            It could not be written, or the place was taken meanwhile.
        """
        for name, part in self._parts.items():
            part.close()
            self._record(name, part.sink, rows=part.num_rows)
        self._parts = {}
        files = {name: self.files[name] for name in sorted(self.files)}
        whole = {"format": self.form, "format_version": self.form_version, **manifest, "files": files}
        write_text(self._partial / MANIFEST, json_text(whole))
        try:
            _sync_folder(self._partial)
            self._rename()
        except OSError as error:
            raise storage_error("published", self.path.name, error) from error
        _BEING_WRITTEN.discard(self._partial)
        return self.path

    def _rename(self) -> None:
        self._check_place()  # it may have been taken while the run went on
        replaced = self.path.exists() and any(self.path.iterdir())
        if replaced:
            self.path.rename(self._old)
        elif self.path.exists():
            self.path.rmdir()
        try:
            self._partial.rename(self.path)
        except OSError:
            if replaced:
                self._old.rename(self.path)
            raise
        with contextlib.suppress(OSError):  # the folder is whole and there; only a power cut could still undo the rename
            _sync_folder(self.path.parent)
        if replaced:
            shutil.rmtree(self._old, ignore_errors=True)  # hidden, and the next run tries again

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for part in self._parts.values():
            part.abandon()
        if self._partial in _BEING_WRITTEN:
            shutil.rmtree(self._partial, ignore_errors=True)  # hidden, and the next run tries again
            _BEING_WRITTEN.discard(self._partial)


def refuse_to_replace(path: str | os.PathLike[str], kind: str, is_own: Callable[[Path], bool], *, overwrite: bool) -> None:
    """Look at the place of a file before the work that makes it: what stands there must be of its kind, or be given up.

    Parameters
    ----------
    path : path-like
        Where the file is to be.
    kind : str
        What an error calls it: "model".
    is_own : callable
        Whether a file is one of that kind, as vnlink writes it.
    overwrite : bool
        Whether any file there may be replaced. A folder may not.

    Raises
    ------
    InputError
        Something else is there. Nothing was touched.
    """
    target = Path(path)
    if not os.path.lexists(target):
        return
    if target.is_dir():
        what = f"{target.name} must be a file to write the {kind} to and is a folder"
        raise InputError(message(what, remedy="give the name of a file"))
    if not overwrite and not (target.is_file() and is_own(target)):
        what = f"the file {target.name} is there already and is no {kind} of vnlink"
        raise InputError(
            message(what, remedy="choose another name, or allow it to be overwritten (--overwrite): nothing was touched")
        )


@contextlib.contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write one file (a model, a table of the generator) so that its name only ever stands for a whole file.

    Yields
    ------
    Path
        Where to write; it takes the place of ``path`` when the block ends well and is removed otherwise.

    Raises
    ------
    StorageError
        The file could not be put in place.
    """
    target = Path(path)
    partial = target.parent / f".{target.name}.partial-{os.getpid()}@{_HOST}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error("made", target.name, error) from error
    try:
        yield partial
        try:
            partial.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise storage_error("put in place", target.name, error) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
