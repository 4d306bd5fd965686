"""Looks into a ZIP without unpacking it, and bounds what unpacking may cost.

Python's zipfile reads the whole list of parts into memory, so the length of that list is checked
first, where the end of the file states it (APPNOTE.TXT 4.3.14 to 4.3.16).
"""

import struct
import zipfile
from pathlib import Path

LONGEST_COMMENT = 65_535
END_MARK, LOCATOR_MARK, BIG_END_MARK = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
END = struct.Struct("<4s4H2LH")  # mark, disks and counts, size and place of the list, comment
LOCATOR = struct.Struct("<4sLQL")
BIG_END = struct.Struct("<4sQ2H2L4Q")
BYTES_OF_A_PART = 512  # in the list; names are shorter than this leaves room for


class TooManyParts(Exception):
    """The archive lists more parts than are wanted."""


def parts_of(path: Path, most: int) -> list[zipfile.ZipInfo]:
    """The parts as the archive lists them. Raises TooManyParts, and BadZipFile for what is none."""
    if size_of_list(path) > most * BYTES_OF_A_PART:
        raise TooManyParts
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, ValueError, RuntimeError) as error:
        raise zipfile.BadZipFile(str(error)) from None
    if len(parts) > most:
        raise TooManyParts
    return parts


def size_of_list(path: Path) -> int:
    """The bytes of the list of parts, by what the end of the file says. Raises BadZipFile."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - END.size - LONGEST_COMMENT - LOCATOR.size - BIG_END.size))
        tail = file.read()
        at = tail.rfind(END_MARK)
        if at < 0 or len(tail) - at < END.size:
            raise zipfile.BadZipFile("There is no end of an archive.")
        stated = [END.unpack_from(tail, at)[5]]
        locator = tail[max(0, at - LOCATOR.size) : at]
        if len(locator) == LOCATOR.size and locator.startswith(LOCATOR_MARK):
            # Readers look for the big end where the locator says, or just before the locator.
            file.seek(min(LOCATOR.unpack(locator)[2], size))
            before = max(0, at - LOCATOR.size - BIG_END.size)
            ends = (file.read(BIG_END.size), tail[before : before + BIG_END.size])
            stated += [
                BIG_END.unpack(end)[8]
                for end in ends
                if len(end) == BIG_END.size and end.startswith(BIG_END_MARK)
            ]
    return int(max(stated))
