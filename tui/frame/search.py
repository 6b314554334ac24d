"""Which open files somebody means, from a few letters of anything that is written of them.

Made in a worker thread by the first screen and the palette, from what `Worklist.entries` yields; asked at
every key. Holds words and who has them, never the files themselves: tolerant of accents, capitals, missing
letters and unfinished words, it answers with the keys of files, the best first. One index and the ways to
ask it, hence its length.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from threading import Lock

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from workflow.text.folding import LONGEST_SEARCH, fold, searched, ungrouped
from workflow.worklist.worklist import SearchEntry

Say = Callable[[str, str, SearchEntry], str]
"""The words of a value of a field (`procedure`, `funder`, `state`, `agency`, `owner`, `deadline`) of a file,
as staff say them."""

Levels = Mapping[int, int]
"""The files that match, by how well: a score, and a set of places as the bits of an integer."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_TYPED = re.compile(r"(?<!\d)\d{1,2}/(?:\d{1,2}(?:/\d{0,4})?)?(?![\w/])|[^\W\d_]+|\d+")
"""What is typed: days (« 24/11 », « 24/11/2026 », or their beginning) and words."""
_FIELDS = ("procedure", "funder", "state", "agency", "owner")
_SPOKEN_BY_PROCEDURE = {"funder", "state", "deadline"}

_EXACT, _PREFIX, _INSIDE, _LIKE, _UNFINISHED = 100, 90, 60, 50, 40
_TYPO = 12
"""What a wrong letter costs."""
_SHORT, _LONG = 5, 8
"""Letters from which a word may hold one wrong letter, then two: in fewer, they would make another word."""
_INSIDE_FROM = 3
_LIKE_AT_MOST = 200
"""Words that look like the one that was typed, the closest ones."""
_NUMBER_FROM, _NUMBERS_AT_MOST = 5, 1_000
"""Signs from which a number that others gave is looked for, and files that it finds at most."""
_SAME = 1_000
"""A number that was typed whole comes before any words."""

_FILE_BITS = 32
_FILE_MASK = (1 << _FILE_BITS) - 1
_MAX_DIGITS = 9
_WIDE = 256
"""Files from which a word keeps the set of them."""


class Found(Struct, frozen=True):
    """What a search found.

    Args:
        ids: keys of files, the best first.
        total: how many files match in all.
    """

    ids: tuple[int, ...]
    total: int


class _Files:
    """The files that have a word, by their place, in order."""

    __slots__ = ("_set", "_size", "places")

    def __init__(self) -> None:
        self.places = array("I")
        self._set, self._size = 0, 0

    def wide(self) -> int | None:
        """Return the set of them when they are many, kept until there are more."""
        if len(self.places) < _WIDE:
            return None
        if self._size < len(self.places):
            self._set, self._size = _set_of(self.places), len(self.places)
        return self._set


class _Lines:
    """Lines of text and whose they are: read from end to end, for they are written in one piece."""

    def __init__(self) -> None:
        self._parts, self._size = ["\n"], 1
        self._starts, self._places = array("Q"), array("I")

    def add(self, lines: str, place: int) -> None:
        """Note the lines of a file; none is noted for an empty text."""
        if lines:
            self._starts.append(self._size)
            self._places.append(place)
            self._parts.append(f"{lines}\n")
            self._size += len(lines) + 1

    def holding(self, number: str) -> Levels:
        """Return who has a line that holds a number; the first ones, for what is hardly begun fits all."""
        sets: defaultdict[int, int] = defaultdict(int)
        if len(number) < _NUMBER_FROM or not any(map(str.isdecimal, number)):
            return sets
        self._parts = [text] = ["".join(self._parts)]
        at, left = text.find(number), _NUMBERS_AT_MOST
        while at >= 0 and left:
            begins, ends = text[at - 1] == "\n", text[at + len(number)] == "\n"
            score = _SAME if begins and ends else _PREFIX if begins else _INSIDE
            sets[score] |= 1 << self._places[bisect_right(self._starts, at) - 1]
            at, left = text.find(number, at + len(number)), left - 1
        return sets


class SearchIndex:
    """The words of the open files. Safe to share between threads.

    Args:
        entries: the files, in order of key.
        say: gives the words of what a file has in common with others.
    """

    def __init__(self, entries: Iterable[SearchEntry], say: Say) -> None:
        self._say = say
        self._lock = Lock()
        self._ids = array("q")
        self._own: defaultdict[str, _Files] = defaultdict(_Files)
        """Who has a word in reference or title."""
        self._shared: dict[tuple[str, ...], _Files] = {}
        """Who has a value of a field."""
        self._words: defaultdict[str, list[_Files]] = defaultdict(list)
        """Who has a word, there or in the name of a value."""
        self._days: defaultdict[date, _Files] = defaultdict(_Files)
        """Who has something to do, or loses it, on a day."""
        self._numbers = array("Q")
        """The number of every reference, its idle zeros kept behind a 1 (« 0012 » is 10012), and the place of
        its file, in one integer; sorted."""
        self._given = _Lines()
        """The numbers that others gave files: too many, and each of one file, to be words."""
        self.extend(entries)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def last(self) -> int:
        """Key of the last file, from which `Worklist.entries` tells what is new."""
        return self._ids[-1] if self._ids else 0

    def extend(self, entries: Iterable[SearchEntry]) -> None:
        """Add files whose keys come after `last`."""
        with self._lock:
            numbers: list[int] = []
            for entry in entries:
                place = len(self._ids)
                self._ids.append(entry.id)
                numbers += self._note_own(entry.folded, place)
                self._note_shared(entry, place)
            self._numbers = array("Q", sorted([*self._numbers, *numbers]))

    def find(self, text: str, limit: int = 200, within: Mapping[str, str] | None = None) -> Found:
        """Return the files that have every word of a text, or one like it.

        Among those that match as well, the one opened last comes first.

        Args:
            text: what was typed.
            limit: how many keys to return.
            within: values that fields must have, by name of the field.
        """
        if len(text) > LONGEST_SEARCH:
            return Found((), 0)
        words = searched(text)
        *finished, last = _TYPED.findall(words) or [""]
        with self._lock:
            found = self._matches(last, unfinished=True) if last else {}
            for word in set(finished) - {last}:
                found = _both(found, self._matches(word, unfinished=False))
            found = _either(found, self._given.holding(ungrouped(words)))
            for field, value in (within or {}).items():
                found = _both(found, {0: self._having(field, value)})
            ids = [self._ids[place] for place in _places(found, limit)]
        return Found(tuple(ids), sum(files.bit_count() for files in found.values()))

    def _note_own(self, folded: str, place: int) -> Iterator[int]:
        """Note the words of a file, and yield its number: hardly two files share one."""
        named, _, given = folded.partition("\n")
        self._given.add(given, place)
        ref, _, title = named.partition(" ")
        *series, number = _WORD.findall(ref)
        if number.isdecimal():
            yield int(f"1{number[:_MAX_DIGITS]}") << _FILE_BITS | place
        else:
            series.append(number)
        for word in {*series, *_WORD.findall(title)}:
            if word not in self._own:
                self._words[word].append(self._own[word])
            self._own[word].places.append(place)

    def _note_shared(self, entry: SearchEntry, place: int) -> None:
        for field in _FIELDS:
            value = getattr(entry, field)
            if value is not None:
                self._sharing(field, value, entry).places.append(place)
        for rule in entry.deadlines:
            self._sharing("deadline", rule, entry).places.append(place)
        for day in entry.days:
            self._days[day].places.append(place)

    def _sharing(self, field: str, value: str, entry: SearchEntry) -> _Files:
        """Return the files that have a value of a field."""
        key: tuple[str, ...] = (field, value)
        if field in _SPOKEN_BY_PROCEDURE:
            key = (field, value, entry.procedure, entry.funder or "")
        files = self._shared.get(key)
        if files is None:
            files = self._shared[key] = _Files()
            for word in set(_WORD.findall(fold(self._say(field, value, entry)))):
                self._words[word].append(files)
        return files

    def _having(self, field: str, value: str) -> int:
        """Return the set of the files that have a value."""
        having = 0
        for key, files in self._shared.items():
            if key[:2] == (field, value):
                wide = files.wide()
                having |= _set_of(files.places) if wide is None else wide
        return having

    def _matches(self, word: str, *, unfinished: bool) -> Levels:
        """Return who has a word or one like it, or a day."""
        if "/" in word:
            return self._dated(word, unfinished=unfinished)
        scores = {} if word.isdecimal() else self._close(word, unfinished=unfinished)
        scores |= self._written(word)
        sets: defaultdict[int, int] = defaultdict(int)
        loose: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        for known, score in scores.items():
            for files in self._words[known]:
                if (wide := files.wide()) is None:
                    loose[score].extend(files.places)
                else:
                    sets[score] |= wide
        if word.isdecimal():
            for score, places in self._numbered(word[:_MAX_DIGITS]):
                loose[score].extend(places)
        for score, places in loose.items():
            sets[score] |= _set_of(places)
        return _apart(sets)

    def _written(self, word: str) -> dict[str, int]:
        """Return the words in which what was typed is written."""
        found: dict[str, int] = {}
        for known in self._words:
            if word in known:
                if known == word:
                    found[known] = _EXACT
                elif known.startswith(word):
                    found[known] = _PREFIX
                elif len(word) >= _INSIDE_FROM:
                    found[known] = _INSIDE
        return found

    def _dated(self, typed: str, *, unfinished: bool) -> Levels:
        """Return who has a day, or one that begins like it."""
        sets: defaultdict[int, int] = defaultdict(int)
        for known, files in self._days.items():
            if score := _day_like(typed.split("/"), known, unfinished=unfinished):
                wide = files.wide()
                sets[score] |= _set_of(files.places) if wide is None else wide
        return _apart(sets)

    def _close(self, word: str, *, unfinished: bool) -> dict[str, int]:
        """Return the words that a wrong letter or two tell apart from what was typed."""
        typos = (len(word) >= _SHORT) + (len(word) >= _LONG)
        if not typos:
            return {}
        words = list(self._words)
        found: dict[str, int] = {}
        if unfinished:
            # One letter more than was typed: the one that is missing.
            for length in (len(word) + 1, len(word)):
                begun = [known[:length] for known in words]
                for _, distance, index in _like(word, begun, typos):
                    score = _UNFINISHED - _TYPO * distance
                    found[words[index]] = max(score, found.get(words[index], 0))
        for known, distance, _ in _like(word, words, typos):
            found[known] = _LIKE - _TYPO * distance
        return found

    def _numbered(self, digits: str) -> Iterator[tuple[int, Iterable[int]]]:
        """Yield who has a number, then who has one that begins like it; idle zeros do not count.

        Where some were typed, the number begins as it is written: « 00 » finds 0012, and not 12.
        """
        bare = digits.lstrip("0")
        for zeros in range(_MAX_DIGITS + 1 - len(bare)):
            number = f"{'0' * zeros}{bare}"
            yield _EXACT, self._beginning(number, 0)
            if number == digits or not digits.startswith("0"):
                for more in range(1, _MAX_DIGITS + 1 - len(number)):
                    yield _PREFIX, self._beginning(number, more)

    def _beginning(self, number: str, more: int) -> Iterator[int]:
        """Return who has a number written so, with so many digits after it."""
        begun, times = int(f"1{number}"), 10**more
        start = bisect_left(self._numbers, begun * times << _FILE_BITS)
        stop = bisect_left(self._numbers, (begun + 1) * times << _FILE_BITS)
        return (pair & _FILE_MASK for pair in self._numbers[start:stop])


def _day_like(typed: list[str], known: date, *, unfinished: bool) -> int:
    """Return how well a day answers « 24/11 » or « 24/11/2026 »; 0 when it does not."""
    day, month, year = (*typed, "")[:3]
    months, years = (f"{known:%m}", str(known.month)), (f"{known:%Y}", f"{known:%y}")
    if int(day) != known.day:
        return 0
    if month in months and year in {"", *years}:
        return _EXACT
    if year:
        begun = month in months and years[0].startswith(year)
    else:
        begun = any(name.startswith(month) for name in months)
    return _PREFIX if begun and unfinished else 0


def _like(word: str, words: list[str], typos: int) -> list[tuple[str, int, int]]:
    return process.extract(
        word, words, scorer=OSA.distance, score_cutoff=typos, limit=_LIKE_AT_MOST
    )


def _set_of(places: array[int]) -> int:
    """Return places as the bits of an integer, which meets another in no time."""
    bits = bytearray((max(places, default=0) >> 3) + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _apart(sets: Levels) -> Levels:
    """Return each file at its best score only, the best first."""
    found, better = {}, 0
    for score in sorted(sets, reverse=True):
        if rest := sets[score] & ~better:
            found[score] = rest
            better |= rest
    return found


def _either(some: Levels, others: Levels) -> Levels:
    """Return the files found once at least, each at its best score."""
    return _apart({score: some.get(score, 0) | others.get(score, 0) for score in {*some, *others}})


def _both(some: Levels, others: Levels) -> Levels:
    """Return the files found twice, with the sum of their scores."""
    found: defaultdict[int, int] = defaultdict(int)
    for score, files in some.items():
        for other, more in others.items():
            if common := files & more:
                found[score + other] |= common
    return found


def _places(found: Levels, limit: int) -> Iterator[int]:
    """Yield the places of the best files."""
    for score in sorted(found, reverse=True):
        files = found[score]
        while files and limit:
            place = files.bit_length() - 1
            files ^= 1 << place
            limit -= 1
            yield place
