"""How a page says words and numbers in one language: Vietnamese writes 12.345 and 70,2%, English 12,345 and 70.2 %."""

from __future__ import annotations

from dataclasses import dataclass

from vnlink.errors import InputError, message
from vnlink.report.words import Words

__all__ = ["ENGLISH", "LANGUAGES", "VIETNAMESE", "Language", "language_of"]

NOT_KNOWN = "–"
"""Where there is no number: an en dash, which is no minus sign."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a page or a picture.

    Attributes
    ----------
    code : str
        "vi" or "en", as HTML and :class:`~vnlink.report.words.Words` call it.
    decimal, group : str
        What stands before decimals, and between thousands.
    percent_sign : str
        What follows a number of hundredths.
    """

    code: str
    decimal: str
    group: str
    percent_sign: str

    def say(self, words: Words, *values: str) -> str:
        """Say words; ``{0}``, ``{1}`` in them are the values.

        >>> VIETNAMESE.say(Words("{0} người", "{0} persons"), VIETNAMESE.count(1200))
        '1.200 người'
        """
        text = words.vi if self.code == "vi" else words.en
        return text.format(*values) if values else text

    def count(self, number: float) -> str:
        """Write a whole number.

        >>> VIETNAMESE.count(1234567), ENGLISH.count(1234567)
        ('1.234.567', '1,234,567')
        """
        return f"{round(number):,}".replace(",", self.group)

    def number(self, value: float | None, digits: int, *, signed: bool = False) -> str:
        """Write a number with decimals and a true minus sign; never a negative zero.

        >>> VIETNAMESE.number(-1234.56, 1), ENGLISH.number(9.5, 1, signed=True), ENGLISH.number(-0.01, 1)
        ('\u22121.234,6', '+9.5', '0.0')
        """
        if value is None:
            return NOT_KNOWN
        rounded = round(value, digits) + 0.0
        whole, _, rest = f"{abs(rounded):,.{digits}f}".partition(".")
        sign = "\u2212" if rounded < 0.0 else "+" if signed and rounded > 0.0 else ""
        return sign + whole.replace(",", self.group) + (self.decimal + rest if rest else "")

    def percent(self, share: float | None, digits: int = 1) -> str:
        """Write a share, never rounding a fault away: 0.99999 is not 100.00 %, and 0.00001 is not 0.00 %.

        >>> ENGLISH.percent(0.7015), VIETNAMESE.percent(0.99999, 2), ENGLISH.percent(0.00001), VIETNAMESE.percent(None)
        ('70.2 %', '99,99%', '0.1 %', '–')
        """
        if share is None:
            return NOT_KNOWN
        step = 10.0**-digits
        value = round(100.0 * share, digits)
        if share < 1.0 and value >= 100.0:
            value = 100.0 - step
        if share > 0.0 and value <= 0.0:
            value = step
        return self.number(value, digits) + self.percent_sign

    def tick(self, share: float) -> str:
        """Write a share at an axis, with as many decimals as it has.

        >>> ENGLISH.tick(0.5), VIETNAMESE.tick(0.9995), ENGLISH.tick(1.0)
        ('50 %', '99,95%', '100 %')
        """
        hundredths = f"{100.0 * share:.6f}".rstrip("0").rstrip(".")
        digits = len(hundredths.partition(".")[2])
        return self.number(float(hundredths), digits) + self.percent_sign


VIETNAMESE = Language("vi", ",", ".", "%")
ENGLISH = Language("en", ".", ",", " %")
LANGUAGES = {language.code: language for language in (VIETNAMESE, ENGLISH)}


def language_of(code: str) -> Language:
    """Find a language by its code.

    Raises
    ------
    InputError
        It is none of the two.
    """
    try:
        return LANGUAGES[code]
    except (KeyError, TypeError):
        raise InputError(message('the language must be "vi" or "en"', found=type(code), remedy='say language="vi"')) from None
