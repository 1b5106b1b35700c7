"""The settings: defaults, the file, and what is refused and how."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.config import Config, load_config, parse_bytes
from vnlink.errors import ConfigError
from vnlink.schema import Side


@pytest.fixture
def write(tmp_path):
    def writer(text, encoding="utf-8"):
        path = tmp_path / "settings.toml"
        path.write_bytes(text.encode(encoding))
        return path

    return writer


def test_without_a_file_every_setting_has_its_default():
    config = load_config(None)
    assert config == Config()
    assert (config.decide.top_k, config.run.batch_rows) == (3, 131_072)
    assert config.decide.full_requires == ("name", "birth", "id", "sex")


def test_a_file_sets_what_it_names_and_leaves_the_rest(write):
    path = write(
        '[columns]\n"Họ tên chủ hộ" = "full_name"\n"Người phối ngẫu" = "spouse_name"\nland = "land_user_id"\n'
        '[columns.citizen]\n"Số" = "citizen_id"\n'
        '[normalize]\nland_vintage = "old"\n[normalize.gender_codes]\n0 = "female"\n1 = "male"\n'
        '[decide]\ntop_k = 5\nmax_wrong_full = 0.001\nfull_requires = ["name", "id"]\n[run]\nmemory_bytes = "8GiB"\n'
    )
    config = load_config(path)
    assert config.columns.of_side(Side.LAND) == {}
    assert config.columns.of_side(Side.CITIZEN) == {"Số": "citizen_id"}
    assert config.columns.shared_with(Side.LAND) == {"Họ tên chủ hộ": "full_name", "land": "land_user_id"}
    assert config.columns.shared_with(Side.CITIZEN) == {"Họ tên chủ hộ": "full_name", "Người phối ngẫu": "spouse_name"}
    assert config.normalize.gender_codes == {"0": "female", "1": "male"}
    assert (config.decide.top_k, config.decide.max_wrong_full, config.decide.full_requires) == (5, 0.001, ("name", "id"))
    assert config.run.memory_bytes == 8 << 30
    assert config.decide.short_list == 10


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[decide]\ntop_q = 3", "decide.top_q is not a setting: did you mean decide.top_k."),
        ("[decided]\ntop_k = 3", "decided is not a setting: did you mean decide."),
        ("[decide]\ncolour = 3", "decide.colour is not a setting: the settings here are top_k, probability_partial"),
        ("[decide]\ntop_k = 11", "decide.top_k must be a whole number from 1 to 10"),
        ("[decide]\ntop_k = true", "decide.top_k must be a whole number from 1 to 10 (got bool)"),
        ("[decide]\ntop_k = 2.0", "decide.top_k must be a whole number from 1 to 10"),
        ("[decide]\nprobability_full = 1", "decide.probability_full must be a number above 0 and below 1"),
        ("[decide]\nprobability_full = nan", "decide.probability_full must be a number above 0 and below 1"),
        ("[decide]\nprobability_full = 0.3", "decide.probability_partial must not be above decide.probability_full"),
        ("[decide]\nmax_wrong_full = 0.7", "decide.max_wrong_full must be a number above 0 and below 0.5"),
        ("[decide]\nconfidence = [1]", "decide.confidence must be a number above 0.5 and below 1 (got list)"),
        ('[decide]\nfull_requires = ["name", "nose"]', 'decide.full_requires must be a list of "name", "birth", "id", "sex"'),
        ('[decide]\nfull_requires = ["name", "name"]', "each at most once"),
        ('[decide]\nfull_requires = "name"', "decide.full_requires must be a list of"),
        ("[decide]\nshort_list = 11", "decide.short_list must be a whole number from 1"),
        ("[run]\nthreads = 0", "run.threads must be a whole number from 1 to 1,024"),
        ('[run]\nmemory_bytes = "8 apples"', 'run.memory_bytes must be a size such as "8GiB"'),
        ('[run]\nmemory_bytes = "1kB"', "run.memory_bytes must be at least 1MiB"),
        ("[run]\nmemory_bytes = 0.5", "run.memory_bytes must be a size"),
        ("[run]\nseed = -1", "run.seed must be a whole number from 0"),
        ('[normalize]\nlegacy_encodings = "no"', "normalize.legacy_encodings must be true or false"),
        ('[normalize]\nland_vintage = "2024"', 'normalize.land_vintage must be one of "old", "2025"'),
        ('[normalize.gender_codes]\n1 = "man"', 'normalize.gender_codes."1" must be one of male, female'),
        ('[columns]\n"Tên" = "name"', 'columns.both."Tên" must be one of land_user_id, full_name'),
        ('[columns.land]\n"Mã" = "citizen_id"', 'columns.land."Mã" must be one of land_user_id'),
        ('[columns.lands]\n"Mã" = "land_user_id"', "columns.lands is not a setting: did you mean columns.land"),
        ('[columns]\n" " = "full_name"', "columns.both must have text as its keys"),
        ("run = 3", "[run] must be a table of settings"),
        ("columns = 3", "[columns] must be a table of headers"),
        ("[run\n", "the configuration file settings.toml is not TOML"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_path_and_what_is_allowed(write, text, says):
    with pytest.raises(ConfigError, match=re.escape(says)) as caught:
        load_config(write(text))
    assert caught.value.exit_code == 3


def test_a_file_that_is_missing_or_not_utf8_is_named(tmp_path, write):
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match=r"settings\.toml is not UTF-8"):
        load_config(write('[columns]\n"Họ" = "full_name"', "utf-16"))


def test_a_file_with_a_byte_order_mark_and_lines_of_windows_is_read(write):
    file = write('[run]\r\nthreads = 3\r\n\r\n[columns]\r\n"Họ tên chủ" = "full_name"\r\n', "utf-8-sig")
    assert load_config(file).run.threads == 3


def test_keyword_changes_pass_the_same_gate_as_the_file():
    config = Config().replace(decide={"top_k": 7}, run={"threads": 2, "memory_bytes": "2 GB"})
    assert (config.decide.top_k, config.run.threads, config.run.memory_bytes) == (7, 2, 2_000_000_000)
    assert config.replace(run={"threads": None}).run.threads is None
    with pytest.raises(ConfigError, match=r"decide\.top_k"):
        config.replace(decide={"top_k": "7"})
    with pytest.raises(ConfigError, match="deciding is not a setting"):
        config.replace(deciding={})
    with pytest.raises(ConfigError, match=r"\[run\] must be a table"):
        config.replace(run=2)
    with pytest.raises(ConfigError, match=r"\[decide\] must be a section"):
        Config(decide=config.run)


def test_a_configuration_goes_through_json_and_comes_back_the_same():
    config = Config.from_mapping(
        {"columns": {"Tên": "full_name", "land": {"Mã": "land_user_id"}}, "normalize": {"gender_codes": {"1": "male"}}}
    )
    assert Config.from_mapping(json.loads(json.dumps(config.as_dict()))) == config


def test_a_configuration_shares_nothing_with_the_caller_and_cannot_be_changed():
    mine = {"Mã": "land_user_id"}
    config = Config.from_mapping({"columns": {"land": mine}})
    mine["Tên"] = "full_name"
    assert config.columns.land == {"Mã": "land_user_id"}
    with pytest.raises(AttributeError):
        config.decide.top_k = 4


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GiB", 8 << 30),
        ("8g", 8 << 30),
        ("500 MB", 500_000_000),
        (" 1.5KiB ", 1536),
        ("7", 7),
        ("7B", 7),
        (0, 0),
        ("2TB", 2 * 10**12),
    ],
)
def test_sizes_are_read_with_decimal_and_binary_units(text, size):
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "GiB", "-1", "1 GB GB", "1e9", "٣GB", "9999999999TiB", -1, "1,5GB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ConfigError, match="must be a size such as"):
        parse_bytes(text)


@given(st.integers(0, 1 << 40), st.sampled_from(["", "B", "KiB", "MiB"]))
def test_a_whole_size_is_read_exactly(number, unit):
    scale = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[unit]
    assert parse_bytes(f"{number} {unit}") == number * scale
