"""The command line: usage, exit codes, and what it may print. The linking itself is replaced where only the edge is tested."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import vnlink
from vnlink import cli
from vnlink.errors import ConfigError, InputError, ModelError, ResourceError, StorageError
from vnlink.process import Stopped
from vnlink.report.summary import summarize
from vnlink.schema import LINKS_SCHEMA

SECRET = "Nguyễn Văn Đức 001085012345"
COMMANDS = ("link", "index", "train", "evaluate", "synth", "demo", "explain", "normalize", "audit", "warmup")
LATER = ("lookup",)

runner = CliRunner()


@pytest.fixture
def linker(monkeypatch):
    """Put a module in the place of vnlink.runs whose run_link does what the test says, and records what it was given."""
    fake = types.ModuleType("vnlink.runs")
    fake.calls = []

    def run_link(land, citizens, out, **settings):
        fake.calls.append(settings | {"land": land, "citizens": citizens, "out": out})
        if isinstance(fake.result, BaseException):
            raise fake.result
        return fake.result

    fake.run_link = fake.run_train = run_link
    summary = summarize(LINKS_SCHEMA.empty_table())
    fake.result = {
        "summary": summary,
        "counts": {},
        "times_seconds": {"total": 1.0},
        "pairs": 10,
        "files": {"links.parquet": {}},
    }
    monkeypatch.setitem(sys.modules, "vnlink.runs", fake)
    return fake


def link(*options):
    return runner.invoke(cli.app, ["link", "land.csv", "citizens.parquet", "--out", "run1", *options])


def one_paragraph(text):
    return text.startswith("vnlink: ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help(command):
    done = runner.invoke(cli.app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


@pytest.mark.parametrize("command", LATER)
def test_a_command_that_does_not_work_yet_is_absent(command):
    assert runner.invoke(cli.app, [command]).exit_code == 2
    assert command not in runner.invoke(cli.app, ["--help"]).stdout.split()


@pytest.mark.parametrize(
    "arguments", [[], ["link"], ["link", "a", "b"], ["link", "a", "b", "--out", "c", "--no-such"], ["nothing"]]
)
def test_wrong_usage_is_exit_code_two(arguments):
    done = runner.invoke(cli.app, arguments)
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("the table is empty: give one with rows."), 2),
        (ConfigError("x"), 3),
        (ModelError("x"), 3),
        (ResourceError("x"), 4),
        (MemoryError(SECRET), 4),
        (StorageError("x"), 5),
        (KeyboardInterrupt(), 130),
        (Stopped(15), 143),
        (ValueError(SECRET), 70),
        (KeyError(SECRET), 70),
        (pa.ArrowInvalid(SECRET), 70),
        (OSError(5, SECRET), 70),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_error_is_one_paragraph_with_its_exit_code_and_no_value(linker, error, code):
    linker.result = error
    done = link()
    assert done.exit_code == code
    assert one_paragraph(done.stderr)
    assert done.stdout == ""
    assert not set(SECRET.split()) & set(done.output.split())


def test_a_result_that_is_there_already_is_told_with_the_option_that_replaces_it(linker, tmp_path):
    from vnlink.storage.publish import ResultFolder

    with ResultFolder(tmp_path / "run1") as folder:
        folder.publish({})
    with pytest.raises(StorageError) as told, ResultFolder(tmp_path / "run1"):
        pass
    linker.result = told.value
    assert link().stderr.endswith("or allow it to be overwritten (--overwrite).\n")


def test_an_internal_error_names_its_type_and_place(linker):
    linker.result = ValueError(SECRET)
    assert "ValueError at vnlink.cli:" in link().stderr


def test_link_prints_a_summary(linker):
    done = link()
    assert done.exit_code == 0
    assert "full" in done.stdout
    assert "run1/: links.parquet" in done.stdout


def test_quiet_prints_nothing(linker):
    assert link("--quiet").output == ""


def test_json_is_the_manifest(linker):
    done = link("--json")
    assert json.loads(done.stdout)["pairs"] == 10


def test_options_reach_the_configuration(linker):
    done = link(
        "--threads", "1", "--memory", "2GiB", "--max-wrong-full", "0.001", "--confidence", "0.9", "--overwrite", "--quiet"
    )
    assert done.exit_code == 0
    call = linker.calls[-1]
    assert call["overwrite"]
    assert (call["config"].run.threads, call["config"].run.memory_bytes) == (1, 2 << 30)
    assert (call["config"].decide.max_wrong_full, call["config"].decide.confidence) == (0.001, 0.9)


@pytest.mark.parametrize("options", [("--memory", "much"), ("--max-wrong-full", "2"), ("--config", "no-such-file.toml")])
def test_a_wrong_setting_is_exit_code_three(linker, options):
    done = link(*options)
    assert done.exit_code == 3
    assert one_paragraph(done.stderr)
    assert not linker.calls


@pytest.mark.parametrize(
    ("option", "value"), [("--memory", "3"), ("--memory", "much"), ("--max-wrong-full", "2"), ("--confidence", "2")]
)
def test_a_wrong_option_is_called_as_it_was_given(linker, option, value):
    error = link(option, value).stderr
    assert error.startswith(f"vnlink: {option} must be ")
    assert error.endswith(": correct the option.\n")


def test_without_a_terminal_there_is_no_progress(linker):
    link()
    assert linker.calls[-1]["progress"] is None


def test_train_says_where_the_model_is(linker):
    done = runner.invoke(cli.app, ["train", "land.csv", "citizens.csv", "--out", "m.json"])
    assert done.exit_code == 0
    assert "m.json" in done.stdout


def test_demo_does_not_touch_a_folder_of_something_else(tmp_path, linker):
    keep = tmp_path / "thesis.txt"
    keep.write_text("work of years", encoding="utf-8")
    done = runner.invoke(cli.app, ["demo", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert keep.read_text(encoding="utf-8") == "work of years"


def test_evaluate_of_a_folder_that_is_no_result_is_a_storage_error(tmp_path):
    done = runner.invoke(cli.app, ["evaluate", str(tmp_path), str(tmp_path / "truth.csv")])
    assert done.exit_code == 5
    assert one_paragraph(done.stderr)


def test_evaluate_of_links_damaged_in_the_middle_is_a_storage_error(tmp_path, registers):
    vnlink.Linker(threads=1).link(registers.land, registers.citizens).write(tmp_path / "run")
    pq.write_table(registers.truth, tmp_path / "truth.parquet")
    links = tmp_path / "run" / "links.parquet"
    data = bytearray(links.read_bytes())
    data[4 : len(data) // 2] = b"\x55" * (len(data) // 2 - 4)
    links.write_bytes(data)
    done = runner.invoke(cli.app, ["evaluate", str(tmp_path / "run"), str(tmp_path / "truth.parquet")])
    assert done.exit_code == 5
    assert "links.parquet" in done.stderr
    assert one_paragraph(done.stderr)


def test_a_missing_file_of_names_is_an_input_error(tmp_path):
    done = runner.invoke(cli.app, ["normalize", str(tmp_path / "names.txt")])
    assert done.exit_code == 2


def test_normalize_reads_bad_lines_too(tmp_path):
    names = tmp_path / "names.txt"
    names.write_bytes(
        "Ông  NGUYỄN VĂN ĐỨC\n\n\xff\xfe\n\t\t\n".encode("latin-1", errors="replace")
        + b"\xff\x00\xfe\n"
        + "Lê Thị Hoà".encode()
    )
    done = runner.invoke(cli.app, ["normalize", str(names)])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == len(names.read_bytes().splitlines())
    assert all(line.count("\t") == 2 for line in lines)
    assert lines[-1].split("\t")[2] == "Lê Thị Hòa"


def test_normalize_leaves_no_owner_out_in_any_column(tmp_path):
    (tmp_path / "names.txt").write_text("HỘ ÔNG: TRẦN VĂN ĐỨC và vợ là bà: Lê Thị Hoà\n", encoding="utf-8")
    cells = runner.invoke(cli.app, ["normalize", str(tmp_path / "names.txt")]).stdout.rstrip("\n").split("\t")
    assert cells == [
        "Hộ Ông: Trần Văn Đức Và Vợ Là Bà: Lê Thị Hòa",
        "ho ong tran van duc va vo la ba le thi hoa",
        "Trần Văn Đức; Lê Thị Hòa",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("piped", [True, False])
def test_normalize_reads_text_in_the_encodings_of_registers(tmp_path, encoding, piped):
    data = "Lê Thị Hoà\nTrần Văn Đức\n".encode(encoding)
    (tmp_path / "names.txt").write_bytes(data)
    given = {"args": ["normalize"], "input": data} if piped else {"args": ["normalize", str(tmp_path / "names.txt")]}
    done = runner.invoke(cli.app, **given)
    assert [line.split("\t")[2] for line in done.stdout.splitlines()] == ["Lê Thị Hòa", "Trần Văn Đức"]


@pytest.mark.parametrize("magic", [b"PAR1", b"PK\x03\x04", b"%PDF"])
def test_normalize_refuses_what_is_no_text(tmp_path, magic):
    (tmp_path / "names.txt").write_bytes(magic + b"rest")
    done = runner.invoke(cli.app, ["normalize", str(tmp_path / "names.txt")])
    assert done.exit_code == 2
    assert one_paragraph(done.stderr)
    assert done.stdout == ""


def test_the_version_is_the_packages_own():
    from importlib.metadata import version

    assert runner.invoke(cli.app, ["--version"]).stdout.strip() == f"vnlink {version('vnlink')}"


def ended(script, **how):
    """The command line in a process of its own, in which "torn down" is printed when the interpreter is taken down."""
    begin = "import atexit, os, sys; atexit.register(os.write, 2, b'torn down'); from vnlink.cli import main; "
    done = subprocess.run(
        [sys.executable, "-c", begin + script], stderr=subprocess.PIPE, text=True, check=False, timeout=60, **how
    )
    return done.returncode, done.stderr, done.stdout


def test_the_process_ends_at_once_and_what_it_printed_is_there():
    code, error, output = ended("sys.argv[1:] = ['--version']; main()", stdout=subprocess.PIPE)
    assert (code, error) == (0, "")
    assert output.startswith("vnlink ")


def test_an_error_keeps_its_exit_code_when_the_process_ends_at_once():
    code, error, _ = ended("sys.argv[1:] = ['link']; main()", stdout=subprocess.PIPE)
    assert code == 2
    assert "torn down" not in error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a file that is always full")
def test_output_that_cannot_be_written_is_an_error():
    with Path("/dev/full").open("w") as full:
        code, error, _ = ended("sys.argv[1:] = ['--version']; main()", stdout=full)
    assert code == 5
    assert error == "vnlink: the output could not be written, the system says: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a file that is always full")
def test_a_command_whose_output_cannot_be_written_says_so_once(tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("NGUYEN VAN HOA\n" * 3, encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        code, error, _ = ended(f"sys.argv[1:] = ['normalize', {str(names)!r}]; main()", stdout=full)
    assert code == 5
    assert error == "vnlink: the output could not be written, the system says: No space left on device\n"


def test_whoever_stops_reading_the_output_gets_no_error():
    read, write = os.pipe()
    os.close(read)
    code, error, _ = ended("sys.argv[1:] = ['--version']; main()", stdout=write)
    os.close(write)
    assert "Traceback" not in error
    assert code in (0, 1)


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "vnlink", "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert "Usage: vnlink" in done.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("--version", 0),
        ("normalize names.txt", 0),
        ("normalize nowhere.txt", 2),
        ("link a.csv b.csv --out run", 2),
        ("link", 2),
    ],
)
def test_a_closed_standard_stream_does_not_change_the_exit_code(tmp_path, closed, arguments, code):
    (tmp_path / "names.txt").write_text("Lê Văn Đức\n", encoding="utf-8")
    command = f'"$0" -m vnlink {arguments} {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if ">&-" in closed.split():
        assert done.stdout == ""


def test_normalize_of_a_closed_standard_input_prints_nothing():
    command = '"$0" -m vnlink normalize <&-'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
