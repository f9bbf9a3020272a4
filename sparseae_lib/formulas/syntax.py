"""From text to a tree, by the rules of ``grammar.lark``."""

from functools import cache
from importlib.resources import files
from re import DOTALL, finditer, match

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from sparseae_lib.formulas.unreadable import Unreadable

LONGEST = 5_000
"""So many characters may be read, which takes less than a second."""

WORDS = {
    "NAME": "a letter",
    "NUMBER": "a number",
    "FUNCTION": "a function such as f",
    "OPERATION": "a word such as tr or det",
    "LPAR": "an opening bracket",
    "RPAR": "a closing bracket",
    "LBRACE": "an opening brace",
    "RBRACE": "a closing brace",
    "RSQB": "']'",
    "CIRCUMFLEX": "'^'",
    "UNDERSCORE": "'_'",
    "COMMA": "a comma",
    "SIGN": "a sign",
    "SLASH": "'/'",
    "CIRCLE": r"a product sign",
    "RELATION": "'='",
    "PRIME": "a prime",
    "TOP": r"'\top'",
    "_BAR": r"'\Vert'",
    "_END_NORM": "the end of the norm",
    "_END_SIZE": "the end of the absolute value",
    "_RANGLE": r"'\rangle'",
    "_PARTIAL": r"'\partial'",
    "_SUM": "a sum",
    "$END": "the end",
}
"""What an error calls the signs of the grammar; it passes over the others, which stand where one of these may."""


@cache
def _parser():
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    start = ["line", "expression"]
    return Lark(grammar, parser="lalr", lexer="basic", start=start, propagate_positions=True, postlex=_Signs())


def parse(text, start):
    """The tree of a text; raises ``Unreadable`` if the grammar has no rule for it."""
    if len(text) > LONGEST:
        raise Unreadable(text, LONGEST, f"{len(text)} characters", f"{LONGEST} at most")
    try:
        return _parser().parse(text.replace("**", "^ "), start=start)
    except UnexpectedCharacters as error:
        sign = match(r"\\?[a-zA-Z]+|.", text[error.pos_in_stream :], DOTALL)[0]
        raise Unreadable(text, error.pos_in_stream, repr(sign), "a sign of a formula") from None
    except UnexpectedToken as error:
        position, found = (len(text), "the end") if error.token.type == "$END" else _place(error.token)
        raise Unreadable(text, position, found, _described(error.accepts or error.expected)) from None
    except UnexpectedInput as error:
        raise Unreadable(text, 0, str(error), "a formula") from None


def _place(token):
    return token.start_pos, repr(str(token))


def _described(names):
    words = [word for name, word in WORDS.items() if name in names] or ["another sign"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


class _Signs:
    r"""What the rules of the grammar cannot tell: which bar opens a norm, and how far the 1 of ``\frac12`` reaches.

    A bar after an operator opens a norm, and the next bar between the same brackets ends it; one line instead of two
    is that of an absolute value. Any other bar separates, as in ``KL(\rho \Vert u)``.
    """

    always_accept = ("RAISED", "_LINE")

    def process(self, stream):
        opened, last, of_function = [[]], None, False
        for token in self._digits(self._raised(stream)):
            if token.type in ("LPAR", "LBRACE", "LSQB", "_LANGLE"):
                opened.append(["arguments"] if of_function else [])
            elif token.type in ("RPAR", "RBRACE", "RSQB", "_RANGLE") and len(opened) > 1:
                opened.pop()
            elif token.type in ("_BAR", "_LINE"):
                token = Token.new_borrow_pos(self._bar(opened[-1], last, BARS[token.type]), str(token), token)
            of_function = token.type == "FUNCTION" or (of_function and token.type == "PRIME")
            last = token.type
            yield token

    @staticmethod
    def _bar(opened, last, kind):
        """The kind of a bar; ``opened`` ends in this one where it has been opened between these brackets."""
        if last in VALUES and opened[-1:] == [kind]:
            opened.pop()
            return f"_END{kind}"
        if last in VALUES and opened == ["arguments"]:
            return "_BAR"
        opened.append(kind)
        return kind

    @staticmethod
    def _raised(stream):
        """What is typed above the line, as ² and ⁽ˡ⁺¹⁾, is read as ^2 and ^(l+1)."""
        for token in stream:
            if token.type != "RAISED":
                yield token
                continue
            yield Token.new_borrow_pos("CIRCUMFLEX", "^", token)
            for sign in finditer(r"\d+|\D", str(token).translate(RAISED)):
                kind = {"(": "LPAR", ")": "RPAR", "+": "SIGN", "-": "SIGN", "l": "NAME"}.get(sign[0], "NUMBER")
                first, last = (token.start_pos + place for place in sign.span())
                yield Token(kind, sign[0], start_pos=first, end_pos=last)

    @staticmethod
    def _digits(stream):
        """An unbraced part of a fraction is one digit long."""
        open_parts = 0
        for token in stream:
            if token.type == "_FRAC":
                open_parts = 2
            elif open_parts and token.type == "NUMBER" and token.isdigit():
                for place in range(min(open_parts, len(token))):
                    yield _part_of(token, place, place + 1)
                if len(token) > open_parts:
                    yield _part_of(token, open_parts, len(token))
                open_parts = max(0, open_parts - len(token))
                continue
            elif open_parts and token.type == "NAME":
                open_parts -= 1
            else:
                open_parts = 0
            yield token


RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˡ", "0123456789+-()l")
"""What is typed above the line, and what it says."""

BARS = {"_BAR": "_NORM", "_LINE": "_SIZE"}
"""What a bar of two lines opens, and one of one."""

VALUES = {"NAME", "NUMBER", "RPAR", "RBRACE", "RSQB", "_RANGLE", "_END_NORM", "TOP", "PRIME", "WORD", "ONES", "UNIT"}
VALUES |= {"_END_SIZE", "COST", "_PARAMETERS", "OUTPUT", "COMBINING", "INFINITY", "ZERO", "IDENTITY"}
"""The signs that end a factor."""


def _part_of(token, first, last):
    position = token.start_pos + first
    return Token(token.type, str(token)[first:last], start_pos=position, end_pos=token.start_pos + last)
