"""What the documentation site brings in from beside ``docs/``: a hook of MkDocs, see ``mkdocs.yml``.

Pages link to the rest of the repository as a git host shows it (``../README.md``, ``../examples/02_link_two_files.py``). The
site is made of ``docs/`` alone, so:

1. the files of :data:`PAGES`, the examples and the notebooks become pages of the site;
2. any other file that a page links to is copied under ``repository/``;
3. links between all these are turned to where their targets lie on the site.

A page that would load anything from elsewhere ends the build.
"""

from __future__ import annotations

import ast
import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "project/read-me.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changes.md",
    "SECURITY.md": "project/security.md",
    "LICENSE": "project/licence.md",
    "examples": "examples/index.md",
}
"""Files outside ``docs/`` that are pages of the site."""

_LINK = re.compile(r"(?<!\\)(\]\()(?![a-z]+:|#|/|<)([^)\s#]+)((?:#[^)\s]*)?(?:\s+\"[^\"]*\")?\))")
_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_FOREIGN = re.compile(
    r"<(?:script|img|iframe|audio|video|source|embed)\b[^>]*\bsrc\s*=\s*[\"']?(?:https?:)?//"
    r"|<link\b(?![^>]*rel=[\"']?canonical)[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//"
    r"|class=[\"']mermaid[\"' ]",
    re.IGNORECASE,
)
"""What would make a browser ask another machine; Mermaid is a script that the theme would fetch."""


def _site_pages() -> dict[str, str]:
    """Path in the repository -> path on the site, of every page that does not lie in ``docs/``."""
    found = dict(PAGES)
    for script in sorted((ROOT / "examples").glob("*.py")):
        found[f"examples/{script.name}"] = f"examples/{script.stem}.md"
    for notebook in sorted((ROOT / "examples").glob("notebooks/*.ipynb")):
        found[f"examples/notebooks/{notebook.name}"] = f"examples/{notebook.stem}.md"
    return found


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a text of Markdown everywhere but in its code."""
    parts, at = [], 0
    for code in _FENCE.finditer(text):
        parts += [change(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, change(text[at:])])


def _source_of(site_path: str, pages: dict[str, str]) -> str:
    """Where a page of the site lies in the repository."""
    return next((source for source, page in pages.items() if page == site_path), f"docs/{site_path}")


def _targets(text: str, source: str) -> list[str]:
    """Paths in the repository that a page links to."""
    found: list[str] = []

    def note(part: str) -> str:
        found.extend(posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2])) for link in _LINK.finditer(part))
        return part

    _outside_code(text, note)
    return found


def _script_page(path: Path) -> str:
    """An example as a page: its name, what it says of itself, and itself."""
    text = path.read_text(encoding="utf-8")
    saying = (ast.get_docstring(ast.parse(text)) or "").strip()
    return f"# {path.name}\n\n{saying}\n\n```python\n{text.rstrip()}\n```\n"


def _examples_page() -> str:
    lines = [
        "# Examples",
        "",
        "Scripts that run as they are, on invented people (`make docs` runs all).",
        "",
    ]
    for path in sorted((ROOT / "examples").glob("*.py")):
        saying = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        lines.append(f"- [{path.name}]({path.name}): {saying}")
    lines += [f"- [{path.name}](notebooks/{path.name})" for path in sorted((ROOT / "examples").glob("notebooks/*.ipynb"))]
    return "\n".join(lines) + "\n"


def _output(data: dict[str, Any]) -> str:
    """One output of a notebook's cell, in the richest form that needs no script."""

    def text(kind: str) -> str:
        value = data[kind]
        return "".join(value) if isinstance(value, list) else str(value)

    if "image/svg+xml" in data:
        return '<div class="vn-output">\n' + re.sub(r"\n\s*\n", "\n", text("image/svg+xml")) + "\n</div>"
    if "image/png" in data:
        return f'<img class="vn-output" alt="" src="data:image/png;base64,{text("image/png").strip()}">'
    if "text/html" in data and "<script" not in text("text/html"):
        return '<div class="vn-output">\n' + re.sub(r"\n\s*\n", "\n", text("text/html")) + "\n</div>"
    return f"```text\n{text('text/plain').rstrip()}\n```" if "text/plain" in data else ""


def _notebook_page(path: Path) -> str:
    """A notebook with its outputs as a page."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"]).rstrip()
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        for output in cell.get("outputs", []):
            plain = {"text/plain": output["text"]} if "text" in output else {}
            parts.append(_output(output.get("data", plain)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _content(source: str) -> str:
    path = ROOT / source
    if source == "examples":
        return _examples_page()
    if source == "LICENSE":
        return f"# Licence\n\n```text\n{path.read_text(encoding='utf-8').strip()}\n```\n"
    render = {".py": _script_page, ".ipynb": _notebook_page}.get(path.suffix)
    return render(path) if render else path.read_text(encoding="utf-8")


def on_files(files: Any, config: Any) -> Any:
    """Add the pages and files that lie beside ``docs/``."""
    pages = _site_pages()
    for source, page in pages.items():
        files.append(File.generated(config, page, content=_content(source)))
    for file in list(files.documentation_pages()):
        for target in _targets(file.content_string, _source_of(file.src_uri, pages)):
            copy = f"repository/{target}"
            if (
                not target.startswith(("docs/", ".."))
                and target not in pages
                and (ROOT / target).is_file()
                and copy not in files
            ):
                files.append(File.generated(config, copy, abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001 - MkDocs passes these names
    """Turn links that are right on a git host into links that are right on the site."""
    pages = _site_pages()
    here = page.file.src_uri
    if here == "index.md":
        page.meta["hide"] = ["navigation", "toc"]  # it lists the pages itself
    source = _source_of(here, pages)
    base = source if source == "examples" else posixpath.dirname(source)

    def turned(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(base, link[2]))
        if target.startswith("docs/"):
            place = target.removeprefix("docs/")
        else:
            place = pages.get(target, f"repository/{target}")
            if place not in files:
                return link[0]  # nothing of this name is there: MkDocs says so
        return f"{link[1]}{posixpath.relpath(place, posixpath.dirname(here) or '.')}{link[3]}"

    return _outside_code(markdown, lambda part: _LINK.sub(turned, part))


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 - MkDocs passes these names
    """Refuse a page that would load anything from elsewhere."""
    found = _FOREIGN.search(output)
    if found:
        raise PluginError(f"{page.file.src_uri} would load something from elsewhere: {found[0]}")
    return output
