"""What a picture may ask of the machine. Sizes in bytes and pixels, times in seconds."""

MIB = 1024 * 1024

PIXELS = 50_000_000
LONG_SIDE = 2560  # a licence photographed as a whole page stays legible
QUALITY = 85
RESULT = 20 * MIB

MEMORY = 1024 * MIB  # 50 megapixels with transparency take 200 MiB, twice while they are turned
CPU = 20
WALL = 40
