"""Text compared the way a reader compares it: width, white space and case do not matter."""

import unicodedata


def squash(text: object) -> str:
    """Return the text in one width (NFKC), without white space, in lower case: the key for comparing and searching."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).casefold()
