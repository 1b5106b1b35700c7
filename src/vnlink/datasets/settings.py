"""What a synthetic register is made with: the population, and one rate per error of the land register.

:data:`PRESETS` holds the two documented settings; docs/synthetic-data.md shows both as a table. Any other register is a preset
with changes: ``PRESETS["raw"].replace(no_id=0.4)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from vnlink.errors import ConfigError, message

__all__ = ["CLEAN", "PRESETS", "RAW", "ErrorRates", "Population", "resolve"]


def _check_shares(settings: Any, names: list[str]) -> None:
    """Refuse a share outside [0, 1]."""
    for name in names:
        value = getattr(settings, name)
        if not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
            raise ConfigError(message(f"{name} must be a share from 0 to 1", remedy="correct the setting", found=type(value)))


@dataclass(frozen=True, slots=True)
class Population:
    """How the citizens live and what their register holds. All shares are in [0, 1].

    Parameters
    ----------
    people_per_commune : int
        Mean number of citizens in a present (2025) commune; the real figure is about 31,000. Fewer communes than needed are
        never invented: once all communes are in use they grow.
    children : float
        Factor on the number of children of a couple.
    three_generations : float
        Share of households of people under 60 in which the head's parents live too.
    single : float
        Share of heads without husband or wife.
    minority : float
        Share of people with names of another people than the Kinh.
    emigrated : float
        Share of adults who live abroad or are missing from the register by mistake.
    dead_kept : float
        Share of the dead who are still in the register, with a date of death.
    personal_id, old_id : float
        Shares with a personal id, and with a known nine-digit number among those old enough to have had one.
    year_only : float
        Share of those born before 1960 of whom only the year of birth is known.
    name_error : float
        Share of names with a slip in the population register itself.
    spouse_name, father_name, mother_name, household_id, sex : float
        Shares of rows in which the column is filled, where there is something to fill in.
    """

    people_per_commune: int = 9_000
    children: float = 1.0
    three_generations: float = 0.30
    single: float = 0.15
    minority: float = 0.025
    emigrated: float = 0.03
    dead_kept: float = 0.35
    personal_id: float = 0.985
    old_id: float = 0.92
    year_only: float = 0.06
    name_error: float = 0.004
    spouse_name: float = 0.75
    father_name: float = 0.80
    mother_name: float = 0.75
    household_id: float = 0.97
    sex: float = 1.0

    def __post_init__(self) -> None:
        if self.people_per_commune < 100:
            raise ConfigError(message("people_per_commune must be at least 100", remedy="correct the setting"))
        if not 0.0 <= self.children <= 3.0:
            raise ConfigError(message("children must be a factor from 0 to 3", remedy="correct the setting"))
        _check_shares(self, [one.name for one in fields(self) if one.name not in ("people_per_commune", "children")])

    def replace(self, **changes: Any) -> Self:
        """A copy with some values changed.

        >>> Population().replace(people_per_commune=31_000).people_per_commune
        31000
        """
        return replace(self, **changes)


def _rate(raw: float, clean: float, text: str) -> Any:
    """A field whose default is the raw preset's rate; the clean one and the explanation are kept beside it."""
    return field(default=raw, metadata={"clean": clean, "text": text})


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """One rate per error of the land register; the defaults are the preset ``raw``. All are shares in [0, 1].

    The meaning of each is in its field's metadata and in docs/synthetic-data.md. Rates of identity numbers, dates and names are
    of persons with the information in question; an old paper (half of the land users) has them ``age_effect`` above, a newer
    one as far below, so the marginal rates hold.
    """

    no_id: float = _rate(0.25, 0.02, "no identity number")
    old_id: float = _rate(0.45, 0.13, "a nine-digit number (CMND); the rest have a personal id")
    other_paper: float = _rate(0.02, 0.002, "a passport or a soldier's number instead")
    old_id_superseded: float = _rate(0.20, 0.04, "the nine-digit number is not the one the population register knows")
    id_mistyped: float = _rate(0.02, 0.003, "one digit wrong, or two exchanged")
    id_of_spouse: float = _rate(0.007, 0.001, "the husband's or wife's number (couples and married owners)")
    id_zeros_lost: float = _rate(0.05, 0.005, "leading zeros dropped by a spreadsheet, of numbers that have them")
    id_words: float = _rate(0.06, 0.01, "words, blanks or dots around or inside the number")
    date_year_only: float = _rate(0.45, 0.06, "only the year of birth")
    date_none: float = _rate(0.10, 0.01, "no date of birth")
    date_month_only: float = _rate(0.005, 0.001, "month and year of birth")
    year_off: float = _rate(0.04, 0.004, "year off by one to three")
    decade_slip: float = _rate(0.004, 0.0005, "year off by ten")
    first_of_january: float = _rate(0.03, 0.004, "01/01 in place of an unknown day, of full dates")
    day_month_swapped: float = _rate(0.01, 0.001, "day and month exchanged, where that is a date")
    partner_blank: float = _rate(0.25, 0.02, "number and date of the second person left out")
    sex_missing: float = _rate(0.10, 0.02, "no sex")
    sex_wrong: float = _rate(0.008, 0.001, "the other sex")
    capitals: float = _rate(0.25, 0.10, "owner string in capitals")
    decomposed: float = _rate(0.03, 0.01, "decomposed Unicode (NFD)")
    tone_style: float = _rate(0.25, 0.20, "the newer placing of tones (hoà, thuý); shows in one name of six")
    eth: float = _rate(0.01, 0.001, "the Icelandic letter ð for đ")
    unmarked: float = _rate(0.03, 0.003, "no diacritics at all")
    wrong_tone: float = _rate(0.015, 0.002, "one wrong tone")
    wrong_vowel: float = _rate(0.015, 0.002, "one wrong mark on a vowel or d")
    mark_lost: float = _rate(0.01, 0.001, "one mark lost")
    misplaced_tone: float = _rate(0.001, 0.0005, "a tone where no rule puts it (Hùynh)")
    i_or_y: float = _rate(0.12, 0.08, "i for y or the reverse, of names where both are right (one of twelve)")
    regional: float = _rate(0.015, 0.002, "as it sounds in a region (n/l, s/x, Vũ/Võ)")
    typing: float = _rate(0.01, 0.001, "a slip of the hand, or keys of an input method left over")
    abbreviation: float = _rate(0.015, 0.001, "a syllable shortened (Ng., T.)")
    middle_missing: float = _rate(0.01, 0.001, "a middle name left out")
    middle_swapped: float = _rate(0.004, 0.0005, "two middle names, or middle and given, exchanged")
    other_apostrophe: float = _rate(0.40, 0.20, "another apostrophe, of names that have one")
    other_given: float = _rate(0.004, 0.0005, "known by another given name altogether")
    titled: float = _rate(0.60, 0.25, "title before the name (Ông, Bà, Hộ ông)")
    couple: float = _rate(0.25, 0.22, "husband and wife in one row")
    group: float = _rate(0.015, 0.005, "three persons of a family in one row")
    organisation: float = _rate(0.03, 0.02, "an organisation, community or religious body")
    alias: float = _rate(0.005, 0.001, "a second name in brackets (tức ...)")
    details_in_name: float = _rate(0.02, 0.002, "year of birth and number written in the owner string, their cells empty")
    owner_dead: float = _rate(0.12, 0.025, "the first owner has died")
    owner_absent: float = _rate(0.04, 0.008, "the first owner is not in the population register though alive")
    death_noted: float = _rate(0.20, 0.30, "the owner string says so, of the dead")
    heirs_noted: float = _rate(0.05, 0.05, "together with the heirs, of the dead")
    moved: float = _rate(0.15, 0.08, "the land and its address are in another commune than the one the owner is registered in")
    address_old: float = _rate(0.95, 0.30, "address in the three-level form in force until June 2025")
    address_missing: float = _rate(0.04, 0.005, "no address")
    district_missing: float = _rate(0.10, 0.03, "district left out of a three-level address")
    province_missing: float = _rate(0.12, 0.03, "province left out of the address")
    address_short: float = _rate(0.35, 0.10, "X., H., T. instead of the words")
    hamlet_missing: float = _rate(0.30, 0.15, "hamlet or street left out")
    code_missing: float = _rate(0.15, 0.02, "no commune code")
    code_zeros_lost: float = _rate(0.05, 0.005, "leading zeros of the commune code dropped")
    same_paper: float = _rate(0.65, 0.80, "a further parcel of an owner is written exactly as the first")
    more_parcels: float = _rate(0.35, 0.35, "chance of one more parcel, again and again")
    age_effect: float = _rate(0.60, 0.50, "how much more often old papers have an error")

    def __post_init__(self) -> None:
        _check_shares(self, [one.name for one in fields(self)])
        for names in (
            ("no_id", "old_id", "other_paper"),
            ("date_year_only", "date_none", "date_month_only"),
            ("owner_dead", "owner_absent", "organisation"),
        ):
            if sum(getattr(self, name) for name in names) > 1.0:
                raise ConfigError(message(f"{', '.join(names)} must not add up to more than 1", remedy="lower one of them"))

    def replace(self, **changes: Any) -> Self:
        """A copy with some rates changed.

        >>> RAW.replace(no_id=0.4).no_id
        0.4
        """
        return replace(self, **changes)


RAW = ErrorRates()
CLEAN = ErrorRates(**{one.name: one.metadata["clean"] for one in fields(ErrorRates)})
PRESETS = {"raw": RAW, "clean": CLEAN}


def resolve(preset: str | ErrorRates) -> ErrorRates:
    """The rates of a preset's name, or the rates themselves."""
    if isinstance(preset, ErrorRates):
        return preset
    if preset not in PRESETS:
        raise ConfigError(message(f"preset must be one of {', '.join(PRESETS)}, or error rates", remedy="name one of them"))
    return PRESETS[preset]
