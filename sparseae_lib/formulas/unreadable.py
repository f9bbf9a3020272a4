"""The one error of the reader: where it stopped, what it found there, and what could stand there."""


class Unreadable(ValueError):
    """A text is no formula in this notation.

    ``text`` is what was read, ``position`` counts its characters from 0, ``found`` is what stands there, and
    ``expected`` says what could.
    """

    def __init__(self, text: str, position: int, found: str, expected: str) -> None:
        super().__init__(text, position, found, expected)
        self.text, self.position, self.found, self.expected = text, position, found, expected

    def __str__(self):
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text[start:].split("\n")[0]
        caret = " " * (self.position - start) + "^"
        return f"at position {self.position}: found {self.found}, expected {self.expected}\n{line}\n{caret}"
