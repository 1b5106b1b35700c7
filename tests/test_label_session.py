"""A clerk's session: which pairs are asked, what is shown of them, and that no answer is ever lost or said twice."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import Linker
from vnlink.errors import InputError, StorageError
from vnlink.label_session import LEAST_BITS, LabelSession, information
from vnlink.label_widget import label_widget, reply, shown
from vnlink.storage.answers import COLUMNS, AnswerFile


@pytest.fixture(scope="module")
def result(registers):
    return Linker(threads=1).link(registers.land, registers.citizens)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.csv"


@pytest.fixture
def session(result, registers, path):
    return LabelSession(result, registers.land, registers.citizens, path, count=40)


def asked(session):
    """All pairs of a session, in order, with nothing said of them."""
    pairs = []
    while session.pair is not None:
        pairs.append((session.pair.land_user_id, session.pair.person_no, session.pair.citizen_id))
        session.answer("skip")
    return pairs


# Which pairs


def test_the_most_doubtful_are_asked_first_and_every_fifth_is_a_sure_one(result, session):
    probability = {
        (row["land_user_id"], row["person_no"]): row["probability"] for row in result.candidates.to_pylist() if row["rank"] == 1
    }
    found = [probability[key[:2]] for key in asked(session)]
    assert len(found) == 40
    doubt = [min(p, 1.0 - p) for p in found]
    assert doubt[0] > 0.2
    sure, telling = doubt[4::5], [one for i, one in enumerate(doubt) if i % 5 != 4]
    assert min(telling[:10]) > max(sure)


def test_pairs_that_agree_in_the_same_way_are_not_asked_in_a_row(result, session):
    levels = [name for name in result.candidates.column_names if name.startswith("level_") and name != "level_rarity"]
    pattern = {
        (row["land_user_id"], row["person_no"]): tuple(row[name] for name in levels)
        for row in result.candidates.to_pylist()
        if row["rank"] == 1
    }
    first = [pattern[key[:2]] for key in asked(session)[:12]]
    assert len(set(first)) >= 9


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(0, 3)), max_size=30))
def test_an_answer_tells_at_most_a_bit_and_the_kth_of_a_pattern_at_most_a_kth(rows):
    probability = np.array([p for p, _ in rows])
    pattern = np.array([number for _, number in rows], np.int64)
    bits = information(probability, pattern, np.arange(len(rows), dtype=np.uint64))
    assert ((bits >= 0.0) & (bits <= 1.0)).all()
    for number in set(pattern.tolist()):
        ordered = np.sort(bits[pattern == number])[::-1]
        assert (ordered <= 1.0 / np.arange(1, len(ordered) + 1) + 1e-12).all()


def test_the_same_result_asks_the_same_pairs(result, registers, tmp_path):
    sessions = [LabelSession(result, registers.land, registers.citizens, tmp_path / name, count=25) for name in ("a", "b")]
    assert asked(sessions[0]) == asked(sessions[1])


# What is shown


def test_a_pair_shows_what_both_registers_hold_and_not_what_the_model_thinks(session, registers):
    land = {row["land_user_id"]: row for row in registers.land.to_pylist()}
    citizens = {row["citizen_id"]: row for row in registers.citizens.to_pylist()}
    while (pair := session.pair) is not None:
        left, right = land[pair.land_user_id], citizens[pair.citizen_id]
        assert pair.owner == left["full_name"]
        rows = {row.field.en: row for row in pair.rows}
        assert right["full_name"] == " ".join(one.right for one in pair.names.syllables if one.right) or pair.names.kinds
        if left["address"] and right["address"]:
            assert (rows["Place"].left, rows["Place"].right) == (left["address"], right["address"])
        assert all(row.state in ("same", "differs", "missing") for row in pair.rows)
        assert not {"probability", "status", "log_odds"} & shown(pair).keys()
        session.answer("skip")


# Answers


def test_an_answer_is_in_the_file_before_the_next_pair_is_shown(session, path):
    pair = session.pair
    session.answer("partial")
    assert path.read_text(encoding="utf-8").splitlines() == [
        ",".join(COLUMNS),
        f"{pair.land_user_id},{pair.person_no},{pair.citizen_id},partial",
    ]
    session.answer("skip")
    session.answer("none")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3, "what was skipped is not kept"
    told = session.progress()
    assert (told["answered"], told["skipped"], told["left"]) == (2, 1, 37)


def test_going_back_takes_the_answer_back(session, path):
    first = session.pair
    session.answer("full")
    session.answer("skip")
    session.undo()
    session.undo()
    assert session.pair == first
    assert path.read_text(encoding="utf-8").splitlines() == [",".join(COLUMNS)]
    session.undo()
    assert session.pair == first
    session.answer("none")
    assert session.labels()["status"].to_pylist() == ["none"]


def test_a_later_session_goes_on_and_asks_nothing_twice(result, registers, path, session):
    for _ in range(10):
        session.answer("partial")
    session.answer("skip")
    again = LabelSession(result, registers.land, registers.citizens, path, count=40)
    done = set(zip(*(session.labels()[name].to_pylist() for name in COLUMNS[:3]), strict=True))
    assert len(done) == 10
    assert not done & set(asked(again))
    again.undo()
    assert AnswerFile(path).answers == session._file.answers, "answers of an earlier session are not taken back"


def test_the_answers_teach_a_linker(registers, result, path):
    truth = {(row["land_user_id"], row["person_no"]): row for row in registers.truth.to_pylist()}
    session = LabelSession(result, registers.land, registers.citizens, path, count=60)
    while (pair := session.pair) is not None:
        known = truth.get((pair.land_user_id, pair.person_no))
        session.answer(known["status"] if known and known["citizen_id"] == pair.citizen_id else "none")
    linker = Linker(threads=1).fit(registers.land, registers.citizens, labels=path)
    assert sum(linker.model_.labels["labels"].values()) == 60
    of_table = Linker(threads=1).fit(registers.land, registers.citizens, labels=session.labels())
    assert of_table.model_.as_dict() == linker.model_.as_dict()


def test_the_session_says_when_more_labels_would_tell_little(result, registers, tmp_path):
    few = LabelSession(result, registers.land, registers.citizens, tmp_path / "few.csv", count=3)
    assert few.progress()["helps"]
    asked(few)
    assert few.progress()["helps"]
    assert "ask for more" in few.progress()["sentence"].en
    every = LabelSession(result, registers.land, registers.citizens, tmp_path / "all.csv", count=5_000)
    assert every.progress()["bits"] > LEAST_BITS
    asked(every)
    told = every.progress()
    assert not told["helps"]
    assert "more would tell little" in told["sentence"].en


@pytest.mark.parametrize("said", ["maybe", "", "FULL"])
def test_another_answer_is_refused(session, said):
    with pytest.raises(InputError, match="one of full, partial, none, skip"):
        session.answer(said)


def test_no_answer_is_taken_where_no_pair_is_left(result, registers, path):
    session = LabelSession(result, registers.land, registers.citizens, path, count=1)
    session.answer("skip")
    with pytest.raises(InputError, match="no pair left"):
        session.answer("full")


@pytest.mark.parametrize("count", [0, -1, 2.5, True, "ten"])
def test_the_number_of_pairs_must_be_one(result, registers, path, count):
    with pytest.raises(InputError, match="whole number"):
        LabelSession(result, registers.land, registers.citizens, path, count=count)


def test_registers_without_a_candidate_have_no_pair(path):
    land = pa.table({"land_user_id": ["L1"], "full_name": ["UBND xã Tiên Phương"]})
    citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Nguyễn Văn Hùng"]})
    session = LabelSession(Linker(threads=1).link(land, citizens), land, citizens, path)
    assert session.pair is None
    assert not session.progress()["helps"]
    assert session.labels().num_rows == 0


# The file


def test_a_line_that_was_not_finished_is_cut_off(path):
    file = AnswerFile(path)
    file.append(("L1", 1, "C1", "full"))
    file.append(("L,2", 2, 'C"2', "none"))
    whole = path.read_bytes()
    path.write_bytes(whole + b"L3,1,C3,par")
    assert AnswerFile(path).answers == [("L1", 1, "C1", "full"), ("L,2", 2, 'C"2', "none")]
    assert path.read_bytes() == whole
    path.write_bytes(whole[:9])
    assert AnswerFile(path).answers == []


def test_a_file_of_something_else_is_left_alone(path):
    for content in (b"name,age\nx,1\n", b"\xff\xfe\x00", b"land_user_id,person_no,citizen_id,status\nL1,one,C1,full\n"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="something else"):
            AnswerFile(path)
        assert path.read_bytes() == content


def test_an_answer_that_cannot_be_written_is_an_error_and_the_pair_stays(session, monkeypatch):
    pair = session.pair
    session.answer("full")
    session.undo()

    def full(*_):
        raise OSError(28, "No space left")

    monkeypatch.setattr("vnlink.storage.answers.os.write", full)
    with pytest.raises(StorageError, match="could not be written"):
        session.answer("full")
    assert session.pair == pair
    assert session.labels().num_rows == 0


def test_half_a_line_on_a_full_disk_is_taken_away_again(path, monkeypatch):
    import os

    file = AnswerFile(path)
    file.append(("L1", 1, "C1", "full"))
    whole = path.read_bytes()
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr("vnlink.storage.answers.os.write", lambda handle, line: write(handle, line[:5]))
        with pytest.raises(StorageError, match="could not be written"):
            file.append(("L2", 1, "C2", "none"))
    assert path.read_bytes() == whole
    file.append(("L2", 1, "C2", "none"))
    assert AnswerFile(path).answers == file.answers == [("L1", 1, "C1", "full"), ("L2", 1, "C2", "none")]


@given(st.lists(st.tuples(st.text(min_size=1), st.integers(1, 255), st.text(min_size=1), st.sampled_from(["full", "none"]))))
def test_whatever_the_ids_are_the_file_gives_them_back(tmp_path_factory, answers):
    path = tmp_path_factory.mktemp("answers") / "a.csv"
    file = AnswerFile(path)
    kept = [one for one in answers if not any(ord(c) in (0, 10, 13) or 0xD800 <= ord(c) < 0xE000 for c in one[0] + one[2])]
    for one in kept:
        file.append(one)
    assert AnswerFile(path).answers == kept
    if kept:
        assert pv.read_csv(path).num_rows == len(kept)


# The widget


class Heard:
    """What a widget sends to the browser."""

    def __init__(self, widget, monkeypatch):
        self.sent = []
        monkeypatch.setattr(type(widget), "send", lambda _, content, buffers=None: self.sent.append(content))


def test_the_widget_shows_pairs_as_messages_and_holds_none(session, monkeypatch):
    widget = label_widget(session)
    heard = Heard(widget, monkeypatch)
    widget._handle_custom_msg({"said": ""}, [])
    pair = session.pair
    widget._handle_custom_msg({"said": "partial"}, [])
    widget._handle_custom_msg({"said": "undo"}, [])
    assert [message["answered"] for message in heard.sent] == [0, 1, 0]
    assert heard.sent[0]["pair"] == heard.sent[2]["pair"] == shown(pair)
    state = str({name: value for name, value in widget.get_state().items() if name not in ("_esm", "_css")})
    assert pair.owner not in state
    assert pair.citizen_id not in state + repr(widget) + repr(session)


def test_an_error_is_told_in_the_widget(session, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left")

    reply(session, "full")
    pair = session.pair
    monkeypatch.setattr("vnlink.storage.answers.os.write", full)
    told = reply(session, "full")
    assert "could not be written" in told["error"]
    assert pair.land_user_id not in told["error"]
    assert told["answered"] == 1
    assert told["pair"] == shown(pair)


def test_what_the_browser_runs_puts_text_of_registers_in_as_text_only():
    script = (Path(label_widget.__code__.co_filename).with_suffix(".js")).read_text(encoding="utf-8")
    assert "innerHTML" not in script
    assert "http" not in script
    assert "model.set(" not in script, "state would be saved with the notebook"


def test_without_anywidget_the_error_names_the_extra(session, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(InputError, match=r'pip install "vnlink\[notebook\]"'):
        label_widget(session)


def test_a_linker_asks_about_its_own_pairs(registers, path):
    linker = Linker(threads=1)
    widget = linker.label(registers.land, registers.citizens, path, count=5)
    assert len(asked(widget.session)) == 5
