"""What goes wrong."""

from __future__ import annotations


class LandfallError(Exception):
    """Anything that Landfall reports."""


class InputError(LandfallError):
    """What was given does not allow an answer.

    Attributes:
        message: What is wrong.
        file: The name of the file, where it is about one.
        line: Its line, from 1, where that is known.
        column: The column in it, from 1.
        hint: What to do about it.
    """

    def __init__(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, file, line, column, hint)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        said = f"{place}: {self.message}" if place else self.message
        return f"{said}\nhint: {self.hint}" if self.hint else said


class Fault(LandfallError):
    """An error of Landfall itself. Please report it."""
