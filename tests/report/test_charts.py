"""Charts of a result: valid, drawn without a network, in the language asked for, and an error that names the extra."""

from __future__ import annotations

import json
import socket
import sys
from base64 import b64decode

import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.fields import Category, Declaration, FieldLinker, Name, Number
from vnlink.report.sheet import draw_sheet
from vnlink.storage.sheets import write_sheet

COUNTS = ("weights", "scores", "reliability", "precision_recall", "losses", "places")


@pytest.fixture(scope="module")
def charts(result):
    return result.charts


@pytest.fixture
def asked(result):
    """A person with a candidate."""
    return result.candidates["land_user_id"][0].as_py()


def texts_of(chart):
    return json.dumps(chart.to_dict(), ensure_ascii=False)


@pytest.mark.parametrize("name", COUNTS)
def test_a_chart_is_drawn_as_a_picture_without_a_network(charts, name, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a chart asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    chart = getattr(charts, name)()
    shown = chart._repr_mimebundle_()
    assert shown["image/svg+xml"].startswith("<svg")
    assert b64decode(shown["image/png"]).startswith(b"\x89PNG")  # shown where a notebook was opened and not run
    assert not any("html" in kind for kind in shown), "Altair's own display would load a script"


@pytest.mark.parametrize("name", COUNTS)
def test_a_chart_of_counts_shows_no_value_of_a_record(charts, registers, name):
    text = texts_of(getattr(charts, name)())
    for column in ("full_name", "id_number"):
        values = {value for value in registers.land[column].to_pylist() if value and len(value) > 8}
        assert not [value for value in values if value in text]


def test_precision_and_recall_are_drawn_from_the_answers_of_clerks(result, registers, tmp_path):
    sheet = draw_sheet(result.links, result.candidates, 200)
    truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}
    said = []
    for row in sheet.to_pylist():
        right = truth.get((row["land_user_id"], row["person_no"]))
        said.append("không có" if right is None else "đúng" if right == row["citizen_id"] else "khác")
    answered = sheet.set_column(sheet.column_names.index("answer"), "answer", pa.array(said))
    write_sheet(answered, tmp_path / "sheet.csv")
    drawn = result.charts.precision_recall(answers=answered)
    points = max(drawn.to_dict()["datasets"].values(), key=len)
    assert {"precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"} <= set(points[0])
    assert [point["threshold"] for point in points] == [0.0, 0.5, 0.9, 0.99, 0.999]
    assert '"name": "0,999"' in texts_of(drawn)
    assert texts_of(result.charts.precision_recall(answers=tmp_path / "sheet.csv")) == texts_of(drawn)
    with pytest.raises(InputError, match="a truth and answers"):
        result.charts.precision_recall(registers.truth, answers=answered)
    with pytest.raises(InputError, match="cannot be read as a sheet"):
        result.charts.precision_recall(answers=registers.truth)


@pytest.mark.parametrize("name", COUNTS)
def test_a_chart_speaks_the_language_asked_for(charts, name):
    from vnlink.report.captions import CAPTIONS

    title = CAPTIONS["by_province" if name == "places" else name].title
    vietnamese, english = getattr(charts, name)(), getattr(charts, name)(language="en")
    assert title.vi in texts_of(vietnamese)
    assert title.en in texts_of(english)
    assert vietnamese.to_dict()["config"]["locale"]["number"]["decimal"] == ","
    assert english.to_dict()["config"]["locale"]["number"]["decimal"] == "."


def test_a_waterfall_is_of_the_pair_asked_for(charts, asked, result):
    chart = charts.waterfall(asked, language="en")
    row = next(row for row in result.candidates.to_pylist() if row["land_user_id"] == asked and row["rank"] == 1)
    assert f"{row['match_weight']:+.1f}".replace("-", "\u2212") in texts_of(chart)
    assert row["citizen_id"] not in texts_of(chart)


def test_a_truth_may_be_a_frame_or_a_file(charts, registers, tmp_path):
    import pyarrow.csv as pv
    import pyarrow.parquet as pq

    pq.write_table(registers.truth, tmp_path / "truth.parquet")
    for draw in (charts.precision_recall, charts.losses):
        of_frame, of_file = draw(registers.truth.to_pandas()), draw(str(tmp_path / "truth.parquet"))
        assert of_frame.to_dict() == of_file.to_dict()
    pv.write_csv(registers.truth, tmp_path / "truth.csv")
    assert charts.losses(str(tmp_path / "truth.csv")).to_dict() == charts.losses(registers.truth).to_dict()


def test_a_chart_stays_an_altair_chart_that_is_put_together_and_saved(charts, tmp_path):
    import altair as alt

    chart = charts.losses()
    assert isinstance(chart, alt.LayerChart)
    chart.properties(width=300).save(tmp_path / "losses.png")
    chart.save(tmp_path / "losses.json")
    assert (tmp_path / "losses.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "losses.json").read_text(encoding="utf-8"))["$schema"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda charts: charts.waterfall("nobody"), "no such candidate"),
        (lambda charts: charts.places("village"), "no place of this kind"),
        (lambda charts: charts.losses(language="fr"), "language"),
        (lambda charts: charts.losses(truth=object()), "cannot be read as a table"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_do(charts, call, words):
    with pytest.raises(InputError, match=words):
        call(charts)


def test_without_altair_the_error_names_the_extra(result, monkeypatch):
    charts = result.charts
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(InputError, match=r'pip install "vnlink\[report\]"'):
        charts.losses()
    assert "waterfall" in repr(result.charts), "what there is can be seen without it"


def test_a_result_without_an_audit_says_so():
    from vnlink import Linker

    land = pa.table({"land_user_id": ["L1"], "full_name": ["Nguyễn Văn Hùng"]})
    citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Nguyễn Văn Hùng"]})
    found = Linker(threads=1).link(land, citizens)
    with pytest.raises(InputError, match="measured nothing of itself"):
        found.charts.reliability()
    assert found.charts.losses().to_dict()


def test_results_of_declared_fields_have_charts_too():
    names = [("Trần", "Hoa"), ("Lê", "Đức"), ("Phạm", "Mai"), ("Vũ", "Nam"), ("Đỗ", "Lan"), ("Bùi", "Minh")]
    left = pa.table(
        {
            "id": [f"a{i}" for i in range(60)],
            "family": [names[i % 6][0] for i in range(60)],
            "given": [names[i // 6 % 6][1] for i in range(60)],
            "age": list(range(20, 80)),
            "sex": ["m", "f"] * 30,
        }
    )
    right = left.set_column(0, "id", pa.array([f"b{i}" for i in range(60)]))
    linker = FieldLinker(Declaration("id", fields=[Name("family"), Name("given"), Number("age"), Category("sex")]))
    found = linker.link(left, right)
    truth = pa.table({"land_user_id": left["id"], "citizen_id": right["id"]})
    assert "family" in texts_of(found.charts.weights())
    assert texts_of(found.charts.waterfall("a7"))
    assert texts_of(found.charts.precision_recall(truth))
    assert texts_of(found.charts.losses())
    assert texts_of(found.charts.losses(truth))
    assert texts_of(found.charts.scores())
