"""Parks and counties as people write them (domain.md §9.1, §9.2)."""

import re

from portal.text import squash
from projects.importing.wording import says_nothing

OTHER_PARKS = "其他特色园区(N)"
COUNTIES = {
    "511102": "市中区",
    "511111": "沙湾区",
    "511112": "五通桥区",
    "511113": "金口河区",
    "511123": "犍为县",
    "511124": "井研县",
    "511126": "夹江县",
    "511129": "沐川县",
    "511132": "峨边彝族自治县",
    "511133": "马边彝族自治县",
    "511181": "峨眉山市",
}
CODES = {name: code for code, name in COUNTIES.items()}
STEMS = {re.sub("(?:彝族自治)?[县市区]$", "", name): name for name in CODES if name != "市中区"}
STEMS["峨眉"] = "峨眉山市"

PARK_STEMS = (
    ("乐高新", "乐山高新区"),
    ("高新", "乐山高新区"),
    ("五通桥", "五通桥基地"),
    ("五通", "五通桥基地"),
    ("桥区", "五通桥基地"),
    ("犍为", "犍为基地"),
    ("夹江", "夹江基地"),
    ("沙湾", "沙湾基地"),
    ("峨眉山", "峨眉基地"),
    ("峨眉", "峨眉基地"),
)
PARK_PREFIX = re.compile(r"^(?:四川省?|乐山市?|市(?=高新)|国家级?|省级)+")
PARK_ENDING = re.compile(r".*(?:基地|园区?|集中区|经开区|开发区|高新区|示范区|管委会|[县市区])")
OTHER = re.compile(r"其[他它](?:特色|工业)?园区|特色园区|其[他它]特色园|n")

NOT_A_PLACE = re.compile(
    r"(?:园区|新区|厂区|库区|小区|社区|开发区|集中区|片区|景区|功能区|示范区|高新区|经开区|工业区|保税区|园|校区|院区|城区|矿区|港区|地区|"
    r"一区|二区|三区|[东南西北中]区|超市|城市|门市|夜市|[A-Za-z0-9]区)$"
)


def park(text: str) -> str | None:
    """Return the park's name in the register; None for any other word: nothing is guessed."""
    word = PARK_PREFIX.sub("", re.sub(r"\((?!n\))[^()]*\)", "", squash(text)))
    if OTHER.fullmatch(word.replace("(n)", "")) or word == "n":
        return OTHER_PARKS
    for stem, name in PARK_STEMS:
        if word.startswith(stem):
            rest = word.removeprefix(stem)
            return name if not rest or PARK_ENDING.fullmatch(rest) else None
    return None


def county(text: str) -> str | None:
    """Return the code of a county of Leshan: 峨边县 and 乐山市五通桥区 are understood."""
    word = re.sub("^(?:四川省)?(?:乐山市)?", "", squash(text)) or squash(text)
    if word in CODES or word == "市中":
        return CODES.get(word, "511102")
    stem = re.sub("(?:彝族自治)?[县市区]$", "", word)
    return CODES[STEMS[stem]] if stem in STEMS else None


def is_county_or_city(text: str) -> bool:
    """Return whether the words in brackets behind a name say where the project is."""
    word = squash(text)
    if says_nothing(word) or len(word) > 12:
        return False
    if county(word) or word in ("乐山", "乐山市"):
        return True
    return re.fullmatch(
        r"[\u4e00-\u9fff]{1,9}(?:县|区|市|州|自治县|自治州)", word
    ) is not None and not NOT_A_PLACE.search(word)
