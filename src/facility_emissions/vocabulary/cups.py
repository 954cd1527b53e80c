"""CUPS: the code of a Spanish supply point of electricity or gas."""

from __future__ import annotations

from functools import lru_cache

from facility_emissions.errors import VocabularyError


@lru_cache(maxsize=65_536)
def parse_cups(text: str) -> tuple[str, str]:
    """Return a CUPS without separators in upper case, and what is doubtful about it ('' if nothing).

    A CUPS is ES, 16 digits, 2 check letters, and for a border point a digit and a letter more.
    Wrong check letters are doubtful and no error: the sample of the API's documentation has them.

    Raises:
        VocabularyError: it does not have that shape.

    >>> parse_cups("es 0022 0000 0608 9269 my 1p")
    ('ES0022000006089269MY1P', '')
    """
    # stdnum.es loads every Spanish number it knows: not before one is needed
    from stdnum.es import cups
    from stdnum.exceptions import InvalidChecksum
    from stdnum.exceptions import ValidationError as StdnumError

    number = str(cups.compact(text))
    try:
        return str(cups.validate(number)), ""
    except InvalidChecksum:
        letters = number[18:20]
        if letters.isascii() and letters.isalpha():
            right = cups.calc_check_digits(number)
            return number, f"CUPS {number!r}: its check letters are {letters}, its digits give {right}."
    except StdnumError:
        pass
    raise VocabularyError(
        f"{text!r} is no CUPS: ES, 16 digits, 2 check letters, and perhaps a digit and one of "
        "F, P, R, C, X, Y, Z (such as 'ES0022000006089269MY1P')."
    )
