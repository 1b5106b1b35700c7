"""The command line: each command reads its arguments, calls one function of the library, and prints what came of it.

Nothing heavy is imported before a command runs, so ``vnlink --help`` answers at once. Errors end here, in :func:`_guarded`:
one paragraph on standard error, an exit code by kind (0 done, 2 input or usage, 3 configuration, 4 resources, 5 storage,
70 internal, 130 stopped by Ctrl-C, 143 by the system), and never a value of a record.
"""

# ruff: noqa: PLC0415 - imports wait inside the commands, so that the help and the errors of usage are quick

from __future__ import annotations

import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec

import typer

from vnlink.errors import ConfigError, InputError, ResourceError, StorageError, VnlinkError, allowed_by, message
from vnlink.output import open_closed_streams, print_json, print_screen, say, unwritten
from vnlink.process import stop_when_asked

if TYPE_CHECKING:
    from vnlink.config import Config

__all__ = ["app", "main"]

DEMO_CITIZENS, DEMO_LAND_USERS, DEMO_SEED = 20_000, 12_000, 2025
WARMUP_CITIZENS, WARMUP_LAND_USERS = 2_000, 1_000
_OPTIONS = {
    "run.memory_bytes": "--memory",
    "run.threads": "--threads",
    "decide.max_wrong_full": "--max-wrong-full",
    "decide.confidence": "--confidence",
}
"""Setting -> the option that gives it."""
INTERRUPTED = 130
INTERNAL = 70

app = typer.Typer(
    name="vnlink",
    help="Link Vietnamese land users to citizens, and decide each link: full, partial or none. Nothing leaves this machine.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Land = Annotated[Path, typer.Argument(metavar="LAND", help="Land register: Parquet, CSV, TSV or XLSX.")]
Citizens = Annotated[Path, typer.Argument(metavar="CITIZENS", help="Population register in any such form, or its index.")]
Result = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `vnlink link` wrote.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="C.toml", help="Settings, [columns] among them.")]
Labels = Annotated[Path | None, typer.Option("--labels", metavar="L", help="Clerks' decisions to learn from.")]
Threads = Annotated[int | None, typer.Option("--threads", metavar="N", min=1, help="How many cores to use; default: all.")]
Memory = Annotated[str | None, typer.Option("--memory", metavar="8GiB", help="Memory the run may use.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress and print no summary.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]

P = ParamSpec("P")


def _guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn whatever a command raises into one paragraph on standard error and an exit code.

    A VnlinkError is worded for the user. Of any other exception only the type and the place are shown: its text may quote a
    record.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with allowed_by("--overwrite"):
                command(*args, **kwargs)
        except VnlinkError as error:
            _fail(str(error), error.exit_code)
        except KeyboardInterrupt as stop:
            _fail("stopped before it was done.", getattr(stop, "exit_code", INTERRUPTED))
        except BrokenPipeError:
            # Whoever read the output has gone (`vnlink normalize names.txt | head`): end as a filter does.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - swallows the last flush
        except MemoryError:
            remedy = "use fewer --threads, smaller run.batch_rows, or link the land register in parts"
            _fail(message("there is not enough memory", remedy=remedy), ResourceError.exit_code)
        except Exception as error:  # noqa: BLE001 - the edge of the program: the text may quote a record, so it is not shown
            _fail(f"internal error: {type(error).__name__} at {_place_of(error)}. Please report it with this line.", INTERNAL)

    return run


def _fail(text: str, code: int) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone, and the exit code tells it too
        typer.echo(f"vnlink: {text}", err=True)
    raise typer.Exit(code)


def _place_of(error: BaseException) -> str:
    """Module and line of the innermost frame that is vnlink's own."""
    place = "an unknown place"
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] == "vnlink":
            place = f"{name}:{line}"
    return place


def _config(path: Path | None, *, threads: int | None, memory: str | None, **decide: float | None) -> Config:
    from vnlink.config import load_config

    run = {name: value for name, value in (("threads", threads), ("memory_bytes", memory)) if value is not None}
    rule = {name: value for name, value in decide.items() if value is not None}
    config = load_config(path)
    try:
        return config.replace(run=run, decide=rule)
    except ConfigError as error:  # the file was read without one: an option is wrong, and is called as it was given
        text = str(error).replace("correct the setting", "correct the option")
        for setting, option in _OPTIONS.items():
            text = text.replace(setting, option)
        raise ConfigError(text) from None


@app.command()
@_guarded
def link(
    land: Land,
    citizens: Citizens,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write; must not exist yet.")],
    model: Annotated[
        Path | None, typer.Option("--model", metavar="M.json", help="A trained model; default: learn here.")
    ] = None,
    adapt: Annotated[
        bool, typer.Option("--adapt", help="Learn from these registers too, beginning with the model of --model.")
    ] = False,
    labels: Labels = None,
    config: ConfigFile = None,
    threads: Threads = None,
    memory: Memory = None,
    max_wrong_full: Annotated[
        float | None,
        typer.Option("--max-wrong-full", metavar="0.001", help="Promised share of wrong full links; sets the threshold."),
    ] = None,
    confidence: Annotated[
        float | None, typer.Option("--confidence", metavar="0.95", help="How sure that promise has to be; default: 0.95.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace DIR if it is a finished result.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Link a land register to a population register."""
    from vnlink.process import suit_process

    suit_process()
    settings = _config(config, threads=threads, memory=memory, max_wrong_full=max_wrong_full, confidence=confidence)
    from vnlink.report.progress import terminal_progress
    from vnlink.runs import run_link

    with terminal_progress(quiet=quiet or json) as progress:
        manifest = run_link(
            land,
            citizens,
            out,
            model=model,
            adapt=adapt,
            labels=labels,
            config=settings,
            overwrite=overwrite,
            progress=progress,
        )
    if json:
        print_json(manifest)
    elif not quiet:
        from vnlink.report.text import run_screen

        print_screen(run_screen(manifest["summary"], manifest, out=str(out)))


@app.command()
@_guarded
def index(
    out: Annotated[Path, typer.Option("--out", metavar="INDEX", help="Folder to write; must not exist yet.")],
    citizens: Annotated[
        Path | None, typer.Argument(metavar="[CITIZENS]", help="Population register; with --base what is new or changed in it.")
    ] = None,
    base: Annotated[
        Path | None, typer.Option("--base", metavar="INDEX", help="An index to apply changes to; it stays as it is.")
    ] = None,
    removed: Annotated[
        Path | None, typer.Option("--removed", metavar="IDS", help="Text file of ids that leave, one in a line.")
    ] = None,
    config: ConfigFile = None,
    threads: Threads = None,
    memory: Memory = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace INDEX if it is a finished index.")] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Read a population register once, for many links.

    `vnlink link NEW INDEX` then links without reading it again.
    """
    from vnlink.process import suit_process

    suit_process()
    settings = _config(config, threads=threads, memory=memory)
    from vnlink.indexing import run_index
    from vnlink.report.progress import terminal_progress

    with terminal_progress(quiet=quiet or json) as progress:
        manifest = run_index(citizens, out, base=base, removed=removed, config=settings, overwrite=overwrite, progress=progress)
    if json:
        print_json(manifest)
    elif not quiet:
        say(f"index of {manifest['counts']['citizens']:,} citizens written to {out}/; then: vnlink link LAND {out} --out DIR")


@app.command()
@_guarded
def train(
    land: Land,
    citizens: Citizens,
    out: Annotated[
        Path, typer.Option("--out", metavar="MODEL.json", help="Model file to write; an earlier model is replaced.")
    ],
    labels: Labels = None,
    config: ConfigFile = None,
    threads: Threads = None,
    memory: Memory = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace MODEL.json even if it is no model.")] = False,
    quiet: Quiet = False,
) -> None:
    """Learn a model from two registers.

    With or without labels; `vnlink link --model` uses it.
    """
    settings = _config(config, threads=threads, memory=memory)
    from vnlink.report.progress import terminal_progress
    from vnlink.runs import run_train

    with terminal_progress(quiet=quiet) as progress:
        run_train(land, citizens, out, labels=labels, config=settings, overwrite=overwrite, progress=progress)
    if not quiet:
        say(f"model written to {out}")


@app.command()
@_guarded
def evaluate(
    folder: Result,
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="land_user_id, person_no, citizen_id, optional status.")],
    json: Json = False,
) -> None:
    """Compare a result with the truth.

    Precision and recall with intervals, the three-class table, and whether the probabilities hold.
    """
    from vnlink.report.measures import JUDGED
    from vnlink.report.measures import evaluate as measure
    from vnlink.report.text import evaluation_screen
    from vnlink.storage.decisions import read_truth
    from vnlink.storage.results import open_result

    evaluation = measure(open_result(folder).reader("links.parquet", list(JUDGED)), read_truth(truth))
    if json:
        print_json(evaluation.to_dict())
    else:
        print_screen(evaluation_screen(evaluation))


@app.command()
@_guarded
def synth(
    citizens: Annotated[int, typer.Option("--citizens", metavar="N", min=1, help="Citizens to make.")],
    land_users: Annotated[int, typer.Option("--land-users", metavar="M", min=1, help="Land users to make.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for citizens, land and truth (.parquet); earlier synthetic registers are replaced.",
        ),
    ],
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, help="The same seed makes the same registers.")] = 1,
    preset: Annotated[str, typer.Option("--preset", metavar="raw|clean", help="How bad the land register is.")] = "raw",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files of these names even if they are no synthetic registers.")
    ] = False,
) -> None:
    """Make registers of invented people.

    A land register, a population register, and the truth.
    """
    from vnlink.datasets import write_registers

    write_registers(out, citizens=citizens, land_users=land_users, seed=seed, preset=preset, overwrite=overwrite)
    say(f"written to {out}/: citizens.parquet, land.parquet, truth.parquet")


@app.command()
@_guarded
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where to write; an earlier demonstration is replaced.")
    ] = Path("vnlink-demo"),
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Make two registers, link them, show the result.

    The people are invented, so the truth is known and the result is compared with it.
    """
    registers, run = out / "registers", out / "run"
    from vnlink.datasets import write_registers
    from vnlink.demonstration import refuse_other_folder
    from vnlink.report.measures import JUDGED
    from vnlink.report.measures import evaluate as measure
    from vnlink.report.progress import terminal_progress
    from vnlink.report.text import run_screen
    from vnlink.runs import run_link
    from vnlink.storage.decisions import read_truth
    from vnlink.storage.results import open_result

    refuse_other_folder(out)
    if not quiet:
        say(f"making registers of {DEMO_CITIZENS:,} invented citizens and {DEMO_LAND_USERS:,} land users in {registers}/")
    write_registers(registers, citizens=DEMO_CITIZENS, land_users=DEMO_LAND_USERS, seed=DEMO_SEED, preset="raw")
    with terminal_progress(quiet=quiet) as progress:
        manifest = run_link(
            registers / "land.parquet",
            registers / "citizens.parquet",
            run,
            config=_config(None, threads=threads, memory=None),
            overwrite=True,
            progress=progress,
        )
    if quiet:
        return
    evaluation = measure(open_result(run).table("links.parquet", list(JUDGED)), read_truth(registers / "truth.parquet"))
    print_screen(run_screen(manifest["summary"], manifest, out=str(run), evaluation=evaluation))
    say(f"Open {run / 'report.html'} in a browser; then try your own files: vnlink link LAND CITIZENS --out DIR")


@app.command()
@_guarded
def explain(
    folder: Result,
    land_user_id: Annotated[str, typer.Argument(metavar="LAND_USER_ID", help="Whose decisions to explain.")],
) -> None:
    """Show why a land user was decided so.

    The candidates, what each field added in bits, and what would have to change for full.
    """
    from vnlink.report.explain import explain as explain_tables
    from vnlink.storage.results import open_result

    result = open_result(folder)
    links, candidates = result.table("links.parquet"), result.table("candidates.parquet")
    text = explain_tables(links, candidates, result.json("model.json"), land_user_id)
    say(text, nl=False)


@app.command()
@_guarded
def audit(
    folder: Result,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Draw about N persons for clerks; needs --out.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="SHEET.csv", help="Where to write the sample.")] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="SHEET.csv", help="The sample with the column answer filled in.")
    ] = None,
    json: Json = False,
) -> None:
    """Say how right a result is, without a truth.

    What the run measured with numbers hidden; or a sample for clerks, and what their answers say.
    """
    if (sample is None) != (out is None) or (sample is not None and answers is not None):
        remedy = "give --sample N --out SHEET.csv, or --answers SHEET.csv, or neither"
        raise InputError(message("--sample goes with --out, and without --answers", remedy=remedy))
    from vnlink.storage.results import open_result

    result = open_result(folder)
    if sample is not None and out is not None:
        from vnlink.report.sheet import draw_sheet
        from vnlink.storage.sheets import write_sheet

        sheet = draw_sheet(result.table("links.parquet"), result.table("candidates.parquet"), sample)
        write_sheet(sheet, out)
        say(f"{sheet.num_rows:,} persons written to {out}; fill in the column answer, then: vnlink audit DIR --answers")
        return
    from vnlink.report.text import answers_screen, audit_screen

    if answers is not None:
        from vnlink.report.sheet import judge_answers
        from vnlink.storage.decisions import read_sheet

        judged = judge_answers(result.table("links.parquet"), *read_sheet(answers))
        print_json(judged) if json else print_screen(answers_screen(judged))
        return
    facts = result.json("summary.json").get("audit")
    if facts is None:
        remedy = "draw a sample for clerks with --sample N --out SHEET.csv"
        raise InputError(message("the run measured nothing of itself: no number confirmed anybody", remedy=remedy))
    print_json(facts) if json else print_screen(audit_screen(facts))


@app.command()
@_guarded
def normalize(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="One owner string a line; default: standard input.")
    ] = None,
) -> None:
    """Print how owner strings are read, line by line.

    Tab-separated: normalised, without marks, and the persons named.
    """
    try:
        stream = sys.stdin.buffer if file is None else file.open("rb")
    except OSError:
        raise InputError(
            message("the file cannot be opened", remedy="give a text file, or nothing to read standard input")
        ) from None
    from vnlink.owner_lines import read_lines

    with stream:
        for line in read_lines(stream):
            say(line)


@app.command()
@_guarded
def warmup(quiet: Quiet = False) -> None:
    """Compile ahead what the first run would.

    Links two small registers of invented people and throws the result away.
    """
    import tempfile

    from vnlink.datasets import write_registers
    from vnlink.runs import run_link

    with tempfile.TemporaryDirectory(prefix="vnlink-") as place:
        registers = Path(place) / "registers"
        write_registers(registers, citizens=WARMUP_CITIZENS, land_users=WARMUP_LAND_USERS, seed=DEMO_SEED, preset="raw")
        config = _config(None, threads=None, memory=None)
        run_link(registers / "land.parquet", registers / "citizens.parquet", Path(place) / "run", config=config)
    if not quiet:
        say("compiled; the next run starts at once")


def _version(wanted: bool) -> None:
    if wanted:
        from vnlink._version import __version__

        typer.echo(f"vnlink {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run the command line and end the process; what the ``vnlink`` script calls.

    All is closed and published by then, so the process ends without taking the interpreter down first: a thread of Arrow that
    lets a Python object go at that moment would abort it and change the exit code, and gigabytes need not be freed one by one.
    """
    open_closed_streams()
    stop_when_asked()
    code = 0
    try:
        try:
            app(prog_name="vnlink")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        sys.stdout.flush()
    except BrokenPipeError:  # whoever was reading has read enough
        pass
    except OSError as error:
        if not code:  # or what went wrong was told
            typer.echo(f"vnlink: {unwritten(error)}", err=True)
            code = StorageError.exit_code
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
