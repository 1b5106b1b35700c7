"""A command puts files in place of its own earlier ones, and of nobody else's."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from vnlink import cli, runs
from vnlink.datasets import write_registers
from vnlink.errors import InputError

runner = CliRunner()
NAMES = ["citizens.parquet", "land.parquet", "truth.parquet"]


def synth(folder, *options):
    return runner.invoke(cli.app, ["synth", "--citizens", "60", "--land-users", "30", "--out", str(folder), *options])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(done):
    assert done.exit_code == 2, done.output
    assert done.stderr.startswith("vnlink: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", NAMES)
def test_synth_does_not_replace_a_table_of_the_user(tmp_path, name):
    pq.write_table(pa.table({"land_user_id": ["1"], "full_name": ["A"]}), tmp_path / name)
    before = contents(tmp_path)
    refused(synth(tmp_path))
    assert contents(tmp_path) == before
    assert synth(tmp_path, "--overwrite").exit_code == 0
    assert contents(tmp_path)[name] != before[name]


def test_synth_replaces_its_own_registers_until_somebody_writes_them_again(tmp_path):
    assert synth(tmp_path).exit_code == 0
    first = contents(tmp_path)
    assert synth(tmp_path, "--seed", "2").exit_code == 0
    assert sorted(contents(tmp_path)) == NAMES
    assert contents(tmp_path) != first
    pq.write_table(pq.read_table(tmp_path / "land.parquet").slice(0, 5), tmp_path / "land.parquet")
    refused(synth(tmp_path))


def test_the_library_does_not_replace_a_table_of_the_user_either(tmp_path):
    (tmp_path / "truth.parquet").write_bytes(b"work of years")
    with pytest.raises(InputError, match=r"truth\.parquet is there already and is no synthetic register"):
        write_registers(tmp_path, 60, 30)
    assert contents(tmp_path) == {"truth.parquet": b"work of years"}


@pytest.mark.parametrize(
    "content",
    [b"land_user_id,full_name\n1,A\n", b'{"format": "of somebody"}', b"[1]", b"PAR1\xff\xfe", b'{"format": "vnlink'],
    ids=str,
)
def test_train_replaces_no_file_that_is_not_a_model(tmp_path, content):
    land, citizens = tmp_path / "land.csv", tmp_path / "citizens.csv"
    land.write_bytes(content)
    citizens.write_bytes(b"citizen_id,full_name\n1,A\n")
    refused(runner.invoke(cli.app, ["train", str(land), str(citizens), "--out", str(land)]))
    assert land.read_bytes() == content
    refused(runner.invoke(cli.app, ["train", str(land), str(citizens), "--out", str(citizens)]))
    (tmp_path / "models").mkdir()
    done = runner.invoke(cli.app, ["train", str(land), str(citizens), "--out", str(tmp_path / "models"), "--overwrite"])
    refused(done)


@pytest.fixture
def learned_at_once(monkeypatch):
    """Learning is replaced: only what is written, and where, is looked at."""

    class Learned:
        def __init__(self, *settings): ...

        def __enter__(self):
            return self

        def __exit__(self, *error): ...

        def learn(self, labels):
            return self

        def to_json(self):
            return '{"format": "vnlink-model"}'

    monkeypatch.setattr(runs, "Linkage", Learned)


def test_train_replaces_an_earlier_model_and_with_overwrite_any_file(tmp_path, learned_at_once):
    model = tmp_path / "m.json"
    for _ in range(2):
        assert runner.invoke(cli.app, ["train", "land.csv", "citizens.csv", "--out", str(model)]).exit_code == 0
    model.write_text("[1]", encoding="utf-8")
    arguments = ["train", "land.csv", "citizens.csv", "--out", str(model)]
    refused(runner.invoke(cli.app, arguments))
    assert runner.invoke(cli.app, [*arguments, "--overwrite"]).exit_code == 0
    assert "vnlink-model" in model.read_text(encoding="utf-8")


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.setattr(cli, "DEMO_CITIZENS", 400)
    monkeypatch.setattr(cli, "DEMO_LAND_USERS", 250)
    return lambda folder: runner.invoke(cli.app, ["demo", "--out", str(folder), "--threads", "1", "--quiet"])


def test_demo_replaces_an_earlier_demonstration_and_no_table_of_the_user(tmp_path, demo):
    for _ in range(2):
        done = demo(tmp_path / "demo")
        assert done.exit_code == 0, done.output
    registers = tmp_path / "demo" / "registers"
    pq.write_table(pa.table({"land_user_id": ["1"], "full_name": ["A"]}), registers / "land.parquet")
    before = contents(tmp_path)
    refused(demo(tmp_path / "demo"))
    assert contents(tmp_path) == before


def test_demo_does_not_replace_the_result_of_other_registers(tmp_path, demo):
    assert demo(tmp_path / "demo").exit_code == 0
    write_registers(tmp_path / "demo" / "registers", 300, 200, seed=1)
    before = contents(tmp_path)
    refused(demo(tmp_path / "demo"))
    assert contents(tmp_path) == before


def test_demo_goes_on_where_one_was_killed(tmp_path, demo):
    write_registers(tmp_path / "demo" / "registers", 300, 200, seed=1)
    (tmp_path / "demo" / "registers" / ".land.parquet.part").write_bytes(b"half")
    assert demo(tmp_path / "demo").exit_code == 0
    assert (tmp_path / "demo" / "run" / "links.parquet").is_file()
