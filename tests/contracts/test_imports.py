"""Who may import whom. The rules are read from the syntax tree, so an import inside a function counts too."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "vnlink"
MODULES = sorted(PACKAGE.rglob("*.py"))

STAGES = ("normalize", "blocking", "compare", "classify", "decide", "report")
SHARED = (
    "schema",
    "errors",
    "hashing",
    "kernels",
    "compiling",
    "resources",
    "_version",
    "rows",
    "grouped",
    "homes",
    "records",
    "persons",
)

NETWORK = (
    "socket",
    "socketserver",
    "ssl",
    "asyncio",
    "http",
    "ftplib",
    "smtplib",
    "telnetlib",
    "xmlrpc",
    "urllib.request",
    "webbrowser",
)
NETWORK_PACKAGES = ("requests", "urllib3", "httpx", "aiohttp", "fsspec", "boto3", "geopy")
CODE_AS_DATA = ("pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve")
MAX_LINES, MAX_FUNCTION_LINES = 500, 70


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imports_of(path):
    """Every imported module of a file as (dotted name, line, whether it stands at module level)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(node) for scope in ast.walk(tree) if isinstance(scope, ast.FunctionDef) for node in ast.walk(scope)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ["vnlink", *path.relative_to(PACKAGE).parts[:-1]]
            base = above[: len(above) - node.level + 1] if node.level else []
            names = [".".join((*base, *([node.module] if node.module else []), alias.name)) for alias in node.names]
        else:
            continue
        for name in names:
            yield name, node.lineno, id(node) not in inside


def uses(path, packages):
    return [
        f"{name_of(path)}:{line}" for name, line, _ in imports_of(path) if any(f"{name}.".startswith(f"{p}.") for p in packages)
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_only_itself_and_what_all_share(stage):
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for path in sorted((PACKAGE / stage).rglob("*.py"))
        for name, line, _ in imports_of(path)
        if name.startswith("vnlink.") and name.split(".")[1] not in (stage, *SHARED)
    ]
    assert not wrong, "stages meet only in schema.py and linkage.py:\n" + "\n".join(wrong)


def test_what_all_share_imports_no_stage():
    wrong = [
        f"{name}.py imports {found}"
        for name in ("schema", "errors", "hashing", "homes")
        for found, *_ in imports_of(PACKAGE / f"{name}.py")
        if found.startswith("vnlink.") and found.split(".")[1] not in SHARED
    ]
    assert not wrong


def test_numba_is_known_to_one_module_only():
    assert [name_of(path) for path in MODULES if uses(path, ["numba"])] == ["kernels.py"]


def test_pandas_and_polars_are_never_imported_at_module_level():
    frames = ("pandas", "polars")
    wrong = [
        f"{name_of(path)}:{line}"
        for path in MODULES
        for name, line, top in imports_of(path)
        if top and name.split(".")[0] in frames
    ]
    assert not wrong


def test_pyspark_is_only_in_its_engine():
    assert not [use for path in MODULES if name_of(path) != "engines/spark.py" for use in uses(path, ["pyspark"])]


def test_no_module_loads_code_as_data():
    assert not [use for path in MODULES for use in uses(path, CODE_AS_DATA)]


def test_no_module_can_reach_a_network():
    assert not [use for path in MODULES for use in uses(path, (*NETWORK, *NETWORK_PACKAGES))]


def test_no_module_is_longer_than_a_reader_bears():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: length for name, length in lengths.items() if length > MAX_LINES}


def test_no_function_is_longer_than_a_screen():
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                docstring = node.body[0].end_lineno - node.lineno if ast.get_docstring(node) else 0
                if node.end_lineno - node.lineno + 1 - docstring > MAX_FUNCTION_LINES:
                    wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong


def test_there_is_no_module_for_odds_and_ends():
    assert not [name_of(path) for path in MODULES if path.stem in ("utils", "util", "helpers", "misc", "common")]


def test_every_exception_that_is_caught_is_named():
    """Only the edge of the command line catches everything, to show nothing of it."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if name_of(path) != "cli.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or any(isinstance(n, ast.Name) and n.id in ("Exception", "BaseException") for n in ast.walk(node.type))
        )
    ]
    assert not wrong


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("module", ["vnlink", "vnlink.cli"])
def test_importing_the_package_loads_nothing_heavy(module):
    heavy = ("numba", "sklearn", "scipy", "pandas", "polars", "pyarrow", "rich")
    done = run_python(f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_importing_every_module_opens_no_connection():
    names = [
        ".".join(("vnlink", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__") for path in MODULES
    ]
    # Those that build on an optional package, or say what to install.
    optional = {"vnlink.integrations.recordlinkage": "recordlinkage"}
    missing = {name for name, needed in optional.items() if importlib.util.find_spec(needed) is None}
    code = f"""
import importlib, sys
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request"):
        raise SystemExit("network: " + event)
sys.addaudithook(refuse)
for name in {[name for name in names if name != "vnlink.engines.spark" and name not in missing]!r}:
    importlib.import_module(name)
print("quiet")
"""
    done = run_python(code)
    assert done.stdout.strip() == "quiet", done.stdout + done.stderr
