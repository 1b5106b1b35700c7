"""A folder for the files that a run works with; it goes when the run ends, however it ends.

It holds personal data as the registers do: ids and the owner strings that name nobody as text, and names, dates and numbers of
persons as the integers that the kernels read. So it is readable by its owner only, is made where the caller says (a run that
writes a result puts it inside the folder that is being written), and is never left on purpose; after a kill the next run on the
same result removes it.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from vnlink.errors import StorageError, message

__all__ = ["Workspace"]


class Workspace:
    """A folder that is made when it is first needed.

    Parameters
    ----------
    parent : Path, optional
        Where to make it; the system's place for temporary files when not given.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent
        self._path: Path | None = None
        self._names = itertools.count()

    def new_folder(self) -> Path:
        """Make an empty folder inside."""
        try:
            if self._path is None:
                self._path = Path(tempfile.mkdtemp(prefix=".vnlink-", dir=self._parent))
            folder = self._path / str(next(self._names))
            folder.mkdir()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            what = f"no folder for working files can be made, the system says: {reason}"
            raise StorageError(message(what, remedy="make room, or allow more memory (--memory)")) from error
        return folder

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
