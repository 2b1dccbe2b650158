"""What a spreadsheet would take for a formula or a command, in a workbook and in a .csv file alike."""

import re

# Also behind white space and in full width (OWASP ASVS 5, 1.2.10).
UNSAFE = r"\s*[=+\-@＝＋－＠]|[\t\r\n\u200b\ufeff]"
UNSAFE_START = re.compile(UNSAFE)
# In a .csv file an apostrophe stands before such a text. Text with apostrophes of its own gets one more.
PROTECTED = re.compile(f"'+(?:{UNSAFE})")
TO_PROTECT = re.compile(f"'*(?:{UNSAFE})")
MARK = "'"


def protected(text: str) -> str:
    """Return the text as it may stand in a .csv file."""
    return MARK + text if TO_PROTECT.match(text) else text


def unprotected(text: str) -> str:
    """Return what `protected` was given."""
    return text[1:] if PROTECTED.match(text) else text
