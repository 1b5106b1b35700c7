"""A file of clerks' answers that grows by one line at a time and is never half written.

It is CSV in UTF-8 with the columns of labels, so ``Linker.fit(labels=...)`` and ``vnlink link --labels`` read it as it is. A
line is written whole, in one call, and is on the disk before the next pair is shown. Where the machine stopped within a line,
that line is cut off when the file is opened again.
"""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Sequence
from pathlib import Path

from vnlink.errors import InputError, StorageError, message
from vnlink.storage.publish import replace_file

__all__ = ["COLUMNS", "AnswerFile"]

COLUMNS = ("land_user_id", "person_no", "citizen_id", "status")

Answer = tuple[str, int, str, str]


def _line(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8")


def _parsed(text: str) -> list[Answer] | None:
    """The answers of whole lines; None where they are something else."""
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    if tuple(head) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        return None
    return [(user, int(number), citizen, status) for user, number, citizen, status in rows]


def _write_whole(handle: int, line: bytes) -> None:
    """Write a line to the end of a file and to the disk, or leave the file as it was."""
    size = os.fstat(handle).st_size
    try:
        written = os.write(handle, line)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
    if written != len(line):
        os.ftruncate(handle, size)
        raise OSError(errno.ENOSPC, "only a part was written")


class AnswerFile:
    """Answers in a file.

    Parameters
    ----------
    path : path-like
        Made with the first answer; answers that are there already are kept.

    Raises
    ------
    InputError
        The file holds something else.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.answers: list[Answer] = self._read() if self.path.exists() else []

    def _read(self) -> list[Answer]:
        try:
            data = self.path.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            # Without a whole line it is the head of a file of answers that was not finished, or nothing of ours.
            begun: list[Answer] | None = [] if _line(COLUMNS).startswith(data) else None
            answers = _parsed(whole.decode("utf-8-sig")) if whole else begun
        except (OSError, ValueError, csv.Error):  # their texts may quote values
            answers = None
        if answers is None:
            remedy = "give another file for the answers, or move this one away"
            raise InputError(message("the file for the answers holds something else", remedy=remedy))
        if whole != data:
            self._rewrite(answers)
        return answers

    def _rewrite(self, answers: Sequence[Answer]) -> None:
        with replace_file(self.path) as partial:
            partial.write_bytes(b"".join([_line(COLUMNS), *(_line(one) for one in answers)]))

    def append(self, answer: Answer) -> None:
        """Add one answer; it is on the disk when this returns.

        Raises
        ------
        StorageError
            The file could not be written; the answer is not kept.
        """
        if not self.path.exists():
            self._rewrite([])
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                _write_whole(handle, _line(answer))
            finally:
                os.close(handle)
        except OSError:
            remedy = "make room on the disk, or give another file"
            raise StorageError(message("an answer could not be written", remedy=remedy)) from None
        self.answers.append(answer)

    def take_back(self) -> Answer:
        """Remove the last answer from the file and return it; there must be one."""
        last = self.answers[-1]
        self._rewrite(self.answers[:-1])
        self.answers.pop()
        return last
