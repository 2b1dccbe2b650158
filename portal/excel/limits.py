"""What a workbook may ask of the machine. Sizes in bytes, times in seconds.

A register of 20,000 rows and 26 columns takes 7 s of CPU in the child; the limit leaves room for a machine four times
slower. Everything that exceeds a limit is refused with `too_large`.
"""

MIB = 1024 * 1024

UPLOAD = 20 * MIB
ENTRIES = 500
DIRECTORY = 1 * MIB
INFLATED = 200 * MIB
RATIO = 100
RATIO_FROM = 1 * MIB

SHEETS = 250
LAST_ROW = 200_000
LAST_COLUMN = 200
STRING = 32_767
CHARACTERS = 30_000_000
MERGED_CELLS = 2_000_000

MEMORY = 512 * MIB
CPU = 30
WALL = 90
