"""What a notebook and a terminal show: readable pieces, escaped, and nobody's data unless it was asked for."""

from __future__ import annotations

import pickle
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from vnlink import Linker, compare_names
from vnlink.fields import Declaration, FieldLinker, Name
from vnlink.report.captions import STRANDS
from vnlink.report.display import comparison_html, explanation_html, linker_html, result_html
from vnlink.report.explain import Explanation
from vnlink.report.summary import summarize
from vnlink.report.words import Words
from vnlink.schema import LINKS_SCHEMA


class Page(HTMLParser):
    """Collects tags and words, and fails on a tag that is not closed where it should be."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def test_a_result_shows_counts_shares_causes_and_what_it_measured(result):
    page = Page(result._repr_html_())
    status = result.summary()["status"]
    for name in ("full", "partial", "none"):
        assert f"{status[name]['count']:,}" in page.text
    assert "khớp hoàn toàn" in page.text
    assert "Why not full" in page.text
    assert "precision of full" in page.text
    assert "svg" in page.tags


def test_a_result_and_a_linker_show_nobodys_data(result, registers):
    linker = Linker(threads=1, one_to_one="parcel").fit(registers.land.slice(0, 100), registers.citizens.slice(0, 100))
    text = result._repr_html_() + repr(result) + linker._repr_html_() + repr(linker)
    for table, columns in ((registers.land, ("land_user_id", "full_name")), (registers.citizens, ("citizen_id", "full_name"))):
        for column in columns:
            values = {value for value in table[column].to_pylist() if value and len(value) > 8}
            assert not [value for value in values if value in text]


def test_an_empty_result_shows_itself_too():
    assert "0.0 %" in Page(result_html(summarize(LINKS_SCHEMA.empty_table()), "persons")).text


def test_rows_that_could_not_be_read_are_not_passed_over_in_silence(tmp_path, registers):
    land = tmp_path / "land.csv"
    land.write_bytes(b"land_user_id,full_name\nL1,L\xc3\xaa V\xc4\x83n An\nL2,Ho\xe0 \xff\n")
    found = Linker(threads=1).link(land, registers.citizens.slice(0, 50))
    assert "1 rows could not be read" in Page(found._repr_html_()).text
    assert repr(found).endswith("; 1 rows could not be read>")


def test_a_linker_says_whether_it_is_fitted_and_what_is_set(registers):
    plain = Page(Linker()._repr_html_()).text
    assert "not fitted" in plain
    assert "all settings are the default" in plain
    linker = Linker(threads=1, top_k=5).fit(registers.land.slice(0, 100), registers.citizens.slice(0, 100))
    page = Page(linker._repr_html_()).text
    assert "top_k" in page
    assert "learned from" in page
    assert "persons looked at" in page
    assert "sampled" not in page  # counts are called by words, not by their codes
    nobody = pa.table({"land_user_id": registers.land["land_user_id"][:2], "citizen_id": [None, None], "status": ["none"] * 2})
    taught = Linker(threads=1).fit(registers.land.slice(0, 100), registers.citizens.slice(0, 100), labels=nobody)
    assert STRANDS["correction_not_taken"].en in Page(taught._repr_html_()).text
    declared = FieldLinker(Declaration("id", fields=[Name("name")]), one_to_one=True)
    assert "one_to_one" in Page(declared._repr_html_()).text


def test_a_comparison_of_names_lays_syllables_above_each_other():
    found = compare_names("Trần Thị Thúy", "Trần Thúy Hằng")
    page = Page(found._repr_html_())
    assert "hai tên khác nhau" in page.text
    assert "∅" in page.text
    assert page.text.count("Trần") == 2
    lines = repr(found).splitlines()
    assert lines[0] == "NameComparison: two names: a middle name is left out, another given name"
    assert lines[2].split() == ["Thị", "-", "middle", "a", "middle", "name", "is", "left", "out"]
    assert len({line.index(place) for line, place in zip(lines[1:], ("family", "middle", "given", "given"), strict=True)}) == 1
    assert Page(compare_names("", "Lê Văn Đức")._repr_html_()).text


def test_an_explanation_is_the_text_it_was_and_shows_tables_in_a_notebook(result):
    land_user = result.candidates["land_user_id"][0].as_py()
    found = result.explain(land_user)
    assert isinstance(found, str)
    assert repr(found) == str(found) == "".join(found)
    page = Page(found._repr_html_())
    row = next(row for row in result.links.to_pylist() if row["land_user_id"] == land_user)
    assert row["person_name"] in page.text
    assert row["citizen_id"] in page.text
    assert "the start: a blind guess" in page.text
    assert page.tags.count("svg") >= 3
    assert pickle.loads(pickle.dumps(Explanation("x"))) == "x"


def test_an_explanation_of_declared_fields_shows_tables_too():
    left = pa.table({"id": ["a", "b"], "name": ["Trần Thị Hoa", "Lê Văn Đức"]})
    found = FieldLinker(Declaration("id", fields=[Name("name")])).link(left, left).explain("a")
    assert found.startswith("a: ")
    assert "Họ tên Name giống cả dấu same, marks included" in Page(found._repr_html_()).text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x>', "'&lt;"])
def test_every_text_is_escaped(hostile):
    person = {"person_no": 1, "person_name": hostile, "status": "partial", "probability": 0.9, "reasons": [hostile]}
    candidate = {"rank": 1, "citizen_id": hostile, "probability": 0.9, "match_weight": 4.0, f"level_{hostile}": hostile}
    model = {"fields": {hostile: {"levels": [hostile], "weights_bits": [3.0]}}}
    told = [
        explanation_html(hostile, [(person, [candidate])], model),
        linker_html(hostile, {hostile: hostile}, {hostile: 3}),
        comparison_html("maybe", Words(hostile, hostile), [compare_names(hostile, "Lê Văn Đức").syllables[0]]),
        result_html(summarize(LINKS_SCHEMA.empty_table()), hostile),
    ]
    for html in told:
        assert {"script", "img"}.isdisjoint(Page(html).tags)


def test_ipython_takes_the_html_and_the_text(result):
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    for shown in (result, Linker(), compare_names("Lê Văn Đức", "Le Van Duc")):
        data, _ = formatter.format(shown)
        assert data["text/html"] == shown._repr_html_()
        assert data["text/plain"] == repr(shown)
