"""The public names: few, documented, loaded when first asked for, and the contract's among them."""

from __future__ import annotations

import importlib
import inspect

import pytest

import vnlink
from vnlink import errors
from vnlink.config import Config
from vnlink.schema import LINKS_SCHEMA, Status

PROMISED = {
    "Linker",
    "compare_names",
    "normalize_name",
    "parse_address",
    "parse_date",
    "parse_identifier",
    "parse_owners",
}
"""Names that documents and users rely on. Taking one away is a new major version."""


def test_the_public_names_are_at_most_twenty_and_hold_what_was_promised():
    assert len(vnlink.__all__) <= 20
    assert set(vnlink.__all__) >= PROMISED
    assert len(set(vnlink.__all__)) == len(vnlink.__all__)


@pytest.mark.parametrize("name", vnlink.__all__)
def test_a_public_name_is_there_and_documented(name):
    found = getattr(vnlink, name)
    assert inspect.getdoc(found)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = vnlink.no_such_name


def test_dir_shows_the_public_names():
    assert set(vnlink.__all__) <= set(dir(vnlink))


@pytest.mark.parametrize(
    ("name", "code"),
    [("InputError", 2), ("ConfigError", 3), ("ModelError", 3), ("ResourceError", 4), ("StorageError", 5), ("VnlinkError", 70)],
)
def test_an_error_has_the_exit_code_of_its_kind(name, code):
    kind = getattr(errors, name)
    assert issubclass(kind, errors.VnlinkError)
    assert kind.exit_code == code


def test_the_columns_of_links_are_the_contract():
    assert LINKS_SCHEMA.names == [
        "land_user_id",
        "person_no",
        "person_name",
        "citizen_id",
        "status",
        "probability",
        "log_odds",
        "margin",
        "namesakes",
        "reasons",
    ]


def test_there_are_three_statuses():
    assert [str(status) for status in Status] == ["full", "partial", "none"]


def test_every_setting_has_a_default():
    assert Config() == Config.from_mapping({})


def test_every_module_that_lists_its_names_has_them():
    for module in ("vnlink.config", "vnlink.errors", "vnlink.schema", "vnlink.report.measures", "vnlink.report.summary"):
        loaded = importlib.import_module(module)
        assert [name for name in loaded.__all__ if not hasattr(loaded, name)] == []
