"""统一项目代码 and 统一社会信用代码 as read from a cell (domain.md §9.4, §9.5)."""

import re
import unicodedata

from parks import uscc
from projects.importing import places

SHAPE = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")


def normal(text: str) -> str:
    """Bring width, dashes, white space and case together."""
    joined = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return re.sub(r"[—–−‐‑‒―─~_]", "-", joined).strip("'’")


def is_project_code(code: str) -> bool:
    return SHAPE.fullmatch(code) is not None


def other_county(code: str, county: str) -> str:
    """Return the region a valid code names when it is another county than the row's, else "".

    Codes of a whole city or province (ending in 00) and unknown ones of Leshan, such as that of the 高新区, name none.
    """
    region = code[5:11]
    row = places.county(county)
    if row is None or region == row or region.endswith("00"):
        return ""
    if region.startswith("5111") and region not in places.COUNTIES:
        return ""
    return places.COUNTIES.get(region, region)


def is_uscc(code: str) -> bool:
    return uscc.is_valid(code)
