"""Takes the pictures of the mails that the documentation shows: `python -m tests.pictures FOLDER`.

Run by hand when a template changes, where Chromium is installed. The people and files are invented
(`tests.support.samples`); the pages are those that are sent.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from zlib import compress, crc32, decompress

from msgspec import Struct

from tests.support import samples
from tests.support.notifications import body

_DARK = "--blink-settings=preferredColorScheme=0"
"""Asks the browser for the dark side of `prefers-color-scheme`."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_COLOURS = 48
"""Colours kept of a picture: the most frequent, exactly."""

_HEIGHT = 3000
"""Pixels of the tallest page; what is empty under it is cut."""


class Picture(Struct, frozen=True):
    """A mail to show, on a screen of a width."""

    mail: str
    width: int
    dark: bool = False

    @property
    def file(self) -> str:
        """Return the name of the file."""
        place = "telephone" if self.width < 600 else "bureau"
        return f"{self.mail}-{place}{'-sombre' if self.dark else ''}.png"


SHOWN = (
    Picture("synthese", 800),
    Picture("synthese", 360, dark=True),
    Picture("synthese-calme", 360),
    Picture("rappel", 360),
    Picture("rappel", 800, dark=True),
    Picture("rappels", 800),
)


def pages() -> dict[str, str]:
    """Return the HTML of each mail, by its name."""
    return {
        "synthese": samples.COMPOSER.digest_html(samples.digest()),
        "synthese-calme": samples.COMPOSER.digest_html(samples.quiet()),
        "rappel": body(samples.reminder().content, "html"),
        "rappels": body(samples.group().content, "html"),
    }


def take(page: Path, picture: Picture, file: Path) -> None:
    """Take one picture.

    Args:
        page: the mail, as a file.
        picture: how it is shown.
        file: the file to write.
    """
    arguments = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--lang=fr"]
    arguments += [f"--screenshot={file}", f"--window-size={picture.width},{_HEIGHT}"]
    arguments += [_DARK] if picture.dark else []
    browser = which("chromium")
    if browser is None:
        sys.exit("Chromium is needed to take the pictures.")
    subprocess.run([browser, *arguments, page.as_uri()], check=True, capture_output=True)
    file.write_bytes(reduced(file.read_bytes()))


def reduced(png: bytes) -> bytes:
    """Return a picture in few colours, without the empty page below: it is read, not admired.

    Args:
        png: what the browser wrote: eight bits a channel, not interlaced.
    """
    width, rows = _rows(png)
    while len(rows) > 1 and rows[-1] == rows[-2]:
        rows.pop()
    rows.extend(rows[-1:] * 12)
    points = [[row[at : at + 3] for at in range(0, 3 * width, 3)] for row in rows]
    counted = Counter(point for row in points for point in row)
    colours = [colour for colour, _ in counted.most_common(_COLOURS)]
    place = {one: min(range(len(colours)), key=lambda n: _far(one, colours[n])) for one in counted}
    lines = b"".join(b"\0" + bytes(place[point] for point in row) for row in points)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(colours)), (b"IDAT", compress(lines, 9)))
    return _SIGNATURE + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _far(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc32(name + data))


def _rows(png: bytes) -> tuple[int, list[bytes]]:
    """Return the width of a picture and its rows, three bytes a point."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    step = 4 if kind == 6 else 3
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    flat, length, above, rows = decompress(data), width * step, bytes(width * step), []
    for number in range(height):
        start = number * (length + 1)
        above = _unfiltered(flat[start], flat[start + 1 : start + 1 + length], above, step)
        rows.append(b"".join(above[i : i + 3] for i in range(0, length, step)))
    return width, rows


def _unfiltered(way: int, row: bytes, above: bytes, step: int) -> bytes:
    """Return a row as it was before the filter of its file (RFC 2083, section 6)."""
    found = bytearray(row)
    for at, value in enumerate(row):
        left, up = found[at - step] if at >= step else 0, above[at]
        corner = above[at - step] if at >= step else 0
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda one: abs(guess - one))
        found[at] = (value + (0, left, up, (left + up) // 2, paeth)[way]) & 255
    return bytes(found)


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    with TemporaryDirectory() as temporary:
        for picture in SHOWN:
            page = Path(temporary) / f"{picture.mail}.html"
            page.write_text(written[picture.mail], encoding="utf-8")
            take(page, picture, folder / picture.file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
