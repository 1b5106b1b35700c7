"""Link land users to citizens: full, partial or none.

    land register ──┐                                                          ┌── links, candidates
                    ├─ normalize ─ blocking ─ compare ─ classify ─ decide ─ report
    citizens ───────┘   text to     few pairs    levels    odds      one per    └── summary, report, manifest
                        numbers                                      person

Quick start
-----------
>>> import vnlink
>>> linker = vnlink.Linker()                                  # doctest: +SKIP
>>> result = linker.link("land.csv", "citizens.parquet")      # doctest: +SKIP
>>> result.links                                              # doctest: +SKIP

Each stage can be used alone:

>>> vnlink.normalize_name("NGUYỄN  VĂN HOÀ").text
'Nguyễn Văn Hòa'

Names are loaded when they are first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vnlink._version import __version__

if TYPE_CHECKING:
    from vnlink.classify.classifier import MatchClassifier
    from vnlink.config import Config, load_config
    from vnlink.errors import ConfigError, InputError, ModelError, ResourceError, StorageError, VnlinkError
    from vnlink.linker import Linker
    from vnlink.name_pairs import NameComparison, compare_names
    from vnlink.normalize.dates import parse_date
    from vnlink.normalize.identifiers import parse_identifier
    from vnlink.normalize.names import normalize_name
    from vnlink.normalize.owner_records import parse_owners
    from vnlink.normalize.places import parse_address
    from vnlink.result import LinkResult

__all__ = [
    "Config",
    "ConfigError",
    "InputError",
    "LinkResult",
    "Linker",
    "MatchClassifier",
    "ModelError",
    "NameComparison",
    "ResourceError",
    "StorageError",
    "VnlinkError",
    "__version__",
    "compare_names",
    "load_config",
    "normalize_name",
    "parse_address",
    "parse_date",
    "parse_identifier",
    "parse_owners",
]

_HOME = {
    "Config": "config",
    "load_config": "config",
    "ConfigError": "errors",
    "InputError": "errors",
    "ModelError": "errors",
    "ResourceError": "errors",
    "StorageError": "errors",
    "VnlinkError": "errors",
    "Linker": "linker",
    "LinkResult": "result",
    "MatchClassifier": "classify.classifier",
    "NameComparison": "name_pairs",
    "compare_names": "name_pairs",
    "normalize_name": "normalize.names",
    "parse_owners": "normalize.owner_records",
    "parse_address": "normalize.places",
    "parse_date": "normalize.dates",
    "parse_identifier": "normalize.identifiers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'vnlink' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"vnlink.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
