"""Text kept as a reader sees it, and compared the way a reader compares it: width, white space, case do not matter."""

import re
import unicodedata

# Controls, soft hyphen, zero widths, marks that turn the direction of writing. Not: tab, line ends; NUL, which every
# form refuses by itself; the joiner U+200D, which holds 👩‍🏭 together.
HIDDEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb]"
)
JOINER = "\u200d"


def visible(text: str) -> str:
    """Return the text in one composition (NFC) without the characters nobody sees.

    They come along when somebody pastes from a chat or a PDF, or are put in so that a name reads like another. They
    are dropped rather than refused: who pastes them could not find them.
    """
    return unicodedata.normalize("NFC", HIDDEN.sub("", text))


def squash(text: object) -> str:
    """Return the text in one width (NFKC), without white space, in lower case: the key for comparing and searching."""
    seen = HIDDEN.sub("", str(text)).replace(JOINER, "")
    return "".join(unicodedata.normalize("NFKC", seen).split()).casefold()


LONGEST_NUMBER = 18  # digits a key of the database can have


def whole_number(text: object) -> int | None:
    """Return the plain whole number somebody sent, or None: `isdigit` also takes ², and `int` no 5,000 digits."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER else None
