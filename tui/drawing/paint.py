"""Words over some columns of the terminal, cut or broken between them where they are too long.

Used by the widgets that draw in columns.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def fitted(words: str, width: int) -> str:
    """Return words over exactly some columns of the terminal, cut with « … » when they are too long.

    A wide letter takes two columns and an accent typed apart none.
    """
    if width <= 0:
        return ""
    if cell_len(words) < width:
        return set_cell_size(words, width)
    return set_cell_size(f"{set_cell_size(words, max(width - 2, 0))}…", width)


def folded(words: str, width: int, lines: int) -> list[str]:
    """Return words over at most some lines of some columns, broken between them, cut with « … ».

    Columns are those of the terminal, as in `fitted`.
    """
    if lines <= 0:
        return []
    told: list[str] = []
    for word in words.split():
        if told and cell_len(f"{told[-1]} {word}") <= width:
            told[-1] = f"{told[-1]} {word}"
        else:
            told.append(word)
    kept = [*told[: lines - 1], " ".join(told[lines - 1 :])] if len(told) > lines else told
    return [fitted(line, width + 1).rstrip() if cell_len(line) > width else line for line in kept]
