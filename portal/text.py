"""Text compared the way a reader compares it: width, white space and case do not matter."""

import unicodedata


def squash(text: object) -> str:
    """Return the text in one width (NFKC), without white space, in lower case: the key for comparing and searching."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).casefold()


LONGEST_NUMBER = 18  # digits a key of the database can have


def whole_number(text: object) -> int | None:
    """Return the plain whole number somebody sent, or None: `isdigit` also takes ², and `int` no 5,000 digits."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER else None
