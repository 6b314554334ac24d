"""Takes the pictures of the mails that the documentation shows: `python -m tests.pictures FOLDER`.

Run by hand when a template changes, where Chromium is installed. The people and files are invented
(`tests.support.samples`); the pages are those that are sent.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from msgspec import Struct
from PIL import Image, ImageChops

from tests.support import samples
from tests.support.notifications import body

_DARK = "--blink-settings=preferredColorScheme=0"
"""Asks the browser for the dark side of `prefers-color-scheme`."""

_COLOURS = 48
"""Colours kept of a picture; those of its surfaces are kept exactly."""

_HEIGHT = 3000
"""Pixels of the tallest page; what is empty under it is cut."""

_MARGIN = 13
"""Empty pixels that are left there."""


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
    reduced(file)


def reduced(file: Path) -> None:
    """Leave a picture few colours, and take the empty page below away: it is read, not admired."""
    whole = Image.open(file).convert("RGB")
    width, height = whole.size
    # What differs from the last line: nothing does under what is written.
    blank = whole.crop((0, height - 1, width, height)).resize(whole.size)
    box = ImageChops.difference(whole, blank).getbbox()
    shown = whole.crop((0, 0, width, min((box[3] if box else 0) + _MARGIN, height)))
    shown.quantize(_COLOURS, kmeans=3, dither=Image.Dither.NONE).save(file, optimize=True)


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
