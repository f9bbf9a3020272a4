r"""An expression as text for the proof assistant Rocq, in the notation of its library MathComp.

Each operation of the statements has one form there, defined in ``kernel/matrices.v`` or by the library:

=====================  =========================  ==========================================
:math:`A B`            ``A *m B``                 matrix product
:math:`c A`            ``c *: A``                 a number times a matrix
:math:`A \circ B`      ``A .* B``                 elementwise product
:math:`A^{\top}`       ``A^T``                    transpose
:math:`f'(Z)`          ``map_mx (prime f) Z``     entry by entry
:math:`W^{(l+1)}`      ``W l.+1``                 a family of matrices, one per layer
:math:`m` as a number  ``m%:R``                   a whole number as a real one
=====================  =========================  ==========================================

Brackets are set wherever an operand is no single word, unless it binds more tightly than a sum or product around it.
"""

from sympy import Add, MatrixExpr, Mul, Pow, Rational, S, Symbol, sympify
from sympy.core.function import AppliedUndef
from sympy.printing.printer import Printer

from sparseae_lib.calculus import Unsupported

WORD, APPLICATION, PRODUCT, SUM = range(4)
"""How tightly a text holds together, the tightest first."""


class Text(str):
    """Text with its ``level``, and the text that it is the negative of, if there is one.

    The level is ``WORD``, ``APPLICATION``, ``PRODUCT`` or ``SUM``.
    """

    level: int
    negated: "Text | None"

    def __new__(cls, text: str, level: int, negated: "Text | None" = None) -> "Text":
        self = super().__new__(cls, text)
        self.level, self.negated = level, negated
        return self

    def within(self, level: int) -> str:
        """The text as an operand of something of this level, in brackets unless it binds more tightly."""
        return str(self) if self.level < level or self.level == WORD else f"({self})"


def _negated(text):
    return Text(f"- {text.within(PRODUCT)}", SUM, text)


def _by_length(text):
    return len(text), text


def number(expression) -> Text:
    """A whole number, such as a layer or a size: ``l + 1`` is ``l.+1``."""
    constant, rest = expression.as_coeff_Add()
    if rest == 0:
        if constant < 0:
            raise Unsupported(f"{expression}: a layer or a size below 0")
        return Text(str(constant), WORD)
    sign = "+" if constant > 0 else "-"
    step = f".{sign}{abs(constant)}" if constant else ""
    if isinstance(rest, AppliedUndef):
        text = f"{rest.func.__name__} {_argument(rest.args[0])}"
        return Text(f"({text}){step}", WORD) if step else Text(text, APPLICATION)
    if isinstance(rest, Symbol):
        return Text(f"{rest}{step}", WORD)
    if isinstance(rest, Add) and all(isinstance(term, Symbol) for term in rest.args):
        return Text(f"({' + '.join(sorted(map(str, rest.args)))})%N{step}", WORD)
    raise Unsupported(f"{expression} is no layer or size that can be written out")


def _argument(layer):
    """A layer behind the name of a family; as a number it says that it is no real one."""
    return f"{layer}%N" if sympify(layer).is_Integer else number(layer).within(WORD)


def layer_of(matrix):
    """The layer that a matrix belongs to: its columns are the units of a layer, or its rows where it is transposed."""
    for size in reversed(matrix.shape):
        if isinstance(size, AppliedUndef):
            return size.args[0]
    raise Unsupported(f"{matrix} belongs to no layer, so its activation function is not known")


class Rocq(Printer):
    """The printer. ``owners`` is {name: what it is a part of}: with {"W": "N"}, ``W l`` is ``W N l``.

    ``gradients`` is {gradient: its name}: a gradient is written by its name, and said elsewhere to be one.
    ``layer`` is that of a function of a number of which nothing else says to which layer it belongs.
    """

    def __init__(self, owners=(), gradients=(), layer=None):
        super().__init__()
        self.owners, self.gradients, self.layer = dict(owners), dict(gradients), layer

    def text(self, expression) -> Text:
        return self._print(expression)

    def emptyPrinter(self, expression):
        raise Unsupported(f"{type(expression).__name__} in {expression} has no form for Rocq here")

    def _named(self, name, *arguments):
        words = [name, *([self.owners[name]] if name in self.owners else []), *arguments]
        return Text(" ".join(words), APPLICATION if len(words) > 1 else WORD)

    def _applied(self, function, *arguments):
        return Text(" ".join([function, *(self._print(part).within(WORD) for part in arguments)]), APPLICATION)

    def _chain(self, operator, factors):
        """Several factors, from left to right."""
        if len(factors) == 1:
            return self._print(factors[0])
        return Text(f" {operator} ".join(self._print(factor).within(PRODUCT) for factor in factors), PRODUCT)

    # Numbers

    def _print_Integer(self, expression):
        if expression < 0:
            return _negated(self._print(-expression))
        return Text(str(expression) if expression in (0, 1) else f"{expression}%:R", WORD)

    def _print_Rational(self, expression):
        return Text(f"{self._print(S(expression.p)).within(PRODUCT)} / {self._print(S(expression.q))}", PRODUCT)

    def _print_Symbol(self, expression):
        return Text(f"{expression}%:R", WORD) if expression.is_integer else self._named(str(expression))

    def _print_AppliedUndef(self, expression):
        if expression.is_integer:
            return Text(f"{number(expression).within(WORD)}%:R", WORD)
        return self._named(expression.func.__name__, _argument(expression.args[0]))

    def _print_Abs(self, expression):
        return Text(f"`|{self._print(expression.args[0])}|", WORD)

    def _print_Piecewise(self, expression):
        """1 where a number is at least another, and 0 elsewhere."""
        (yes, condition), (no, _) = expression.args
        high, low = (self._print(side) for side in (condition.gts, condition.lts))
        return Text(f"(if {low} <= {high} then {self._print(yes)} else {self._print(no)})", WORD)

    def _print_Function(self, expression):
        names = {"log": "ln", "exp": "expR"}
        if isinstance(expression, AppliedUndef):
            return self._print_AppliedUndef(expression)
        if expression.func.__name__ not in names:
            return self.emptyPrinter(expression)
        return self._applied(names[expression.func.__name__], *expression.args)

    _print_log = _print_exp = _print_Function

    def _print_Pow(self, expression):
        base, exponent = expression.args
        if not exponent.is_Integer:
            return self.emptyPrinter(expression)
        inverse = "^-1" if exponent < 0 else ""
        power = f" ^+ {abs(exponent)}" if abs(exponent) != 1 else ""
        text = f"{self._print(base).within(WORD)}{power}"
        return Text(f"({text})^-1" if inverse and power else f"{text}{inverse}", PRODUCT if power else WORD)

    def _print_Mul(self, expression):
        above, below = [], []
        for factor in Mul.make_args(expression):
            if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp < 0:
                below.append(1 / factor)
            elif isinstance(factor, Rational):
                above += [S(factor.p)] if factor.p != 1 else []
                below += [S(factor.q)] if factor.q != 1 else []
            else:
                above.append(factor)
        if above and above[0] == -1 and len(above) + len(below) > 1:
            return _negated(self._print(-expression))
        if not above:
            return Text(f"{self._factors(below).within(WORD)}^-1", WORD)
        top = self._factors(above)
        if not below:
            return top
        return Text(f"{top.within(PRODUCT)} / {self._factors(below).within(PRODUCT)}", PRODUCT)

    def _factors(self, factors):
        """Numbers commute: the short ones come first."""
        texts = sorted(
            (self._print(factor).within(PRODUCT if factors[1:] else SUM) for factor in factors), key=_by_length
        )
        return Text(" * ".join(texts), PRODUCT) if factors[1:] else self._print(factors[0])

    def _print_Add(self, expression):
        """Terms without a minus sign first, and the short ones."""
        plus, minus = [], []
        for term in expression.args:
            text = self._print(term)
            (minus if text.negated else plus).append(text.negated or text)
        plus, minus = (sorted(texts, key=_by_length) for texts in (plus, minus))
        first = plus.pop(0) if plus else _negated(minus.pop(0))
        rest = [f" + {text.within(SUM)}" for text in plus] + [f" - {text.within(SUM)}" for text in minus]
        return Text(first + "".join(rest), SUM)

    _print_MatAdd = _print_Add

    # Functions

    def function(self, function, argument):
        """A function, applied to nothing yet; an arbitrary one is that of the layer of its argument."""
        if function.name in ("sigma", "KL"):
            text = self._applied(function.name, *function.parameters) if function.parameters else Text("sigma", WORD)
        elif function.definition is not None:
            x = Symbol("x", real=True)
            return Text(f"fun x => {self._print(function.definition(x))}", SUM)
        else:
            layer = layer_of(argument) if isinstance(argument, MatrixExpr) else self.layer
            if layer is None:
                raise Unsupported(f"{function} of {argument}: its layer is not known")
            text = self._named(function.name, _argument(layer))
        for _ in range(function.order):
            text = Text(f"prime {text.within(WORD)}", APPLICATION)
        return text

    def _print_AppliedToMatrix(self, expression):
        function, argument = expression.args
        text = self.function(function, argument).within(WORD)
        return Text(f"map_mx {text} {self._print(argument).within(WORD)}", APPLICATION)

    def _print_Applied(self, expression):
        function, argument = expression.args
        text = self.function(function, getattr(argument, "parent", None)).within(SUM)
        return Text(f"{text} {self._print(argument).within(WORD)}", APPLICATION)

    # Matrices

    def _print_LayerMatrix(self, expression):
        return self._named(expression.name, _argument(expression.layer))

    def _print_MatrixSymbol(self, expression):
        return self._named(expression.name)

    def _print_OneMatrix(self, expression):
        return Text(" ".join(["ones", *(number(size).within(WORD) for size in expression.shape)]), APPLICATION)

    def _print_Transpose(self, expression):
        return Text(f"{self._print(expression.arg).within(WORD)}^T", WORD)

    def _print_MatMul(self, expression):
        scalar, factors = expression.as_coeff_matrices()
        product = self._chain("*m", factors)
        if scalar == 1:
            return product
        if scalar.could_extract_minus_sign():
            return _negated(product if scalar == -1 else self._scaled(-scalar, product))
        return self._scaled(scalar, product)

    def _scaled(self, scalar, product):
        return Text(f"{self._print(scalar).within(PRODUCT)} *: {product.within(PRODUCT)}", PRODUCT)

    def _print_MatPow(self, expression):
        base, exponent = expression.args
        return self._chain("*m", [base] * int(exponent))

    def _print_Hadamard(self, expression):
        return self._chain(".*", expression.args)

    def _print_SquaredNorm(self, expression):
        return self._applied("sqnorm", *expression.args)

    def _print_EntrySum(self, expression):
        return self._applied("entrysum", *expression.args)

    def _print_MatrixElement(self, expression):
        matrix, *indices = expression.args
        places = [str(index) if index.is_Symbol or index.is_Integer else f"({index})" for index in indices]
        return Text(f"{self._print(matrix).within(WORD)} {' '.join(places)}", APPLICATION)

    def _print_Sum(self, expression):
        """A sum swallows what stands to its right, so it always has brackets of its own.

        One from 0 is over all rows or columns of a matrix, others are over layers.
        """
        signs = [
            f"\\sum_({index} < {number(high + 1)})" if low == 0 else f"\\sum_({low} <= {index} < {number(high + 1)})"
            for index, low, high in reversed(expression.limits)
        ]
        return Text(f"({' '.join(signs)} {self._print(expression.function).within(PRODUCT)})", WORD)

    def _print_Gradient(self, expression):
        if expression not in self.gradients:
            return self.emptyPrinter(expression)
        return Text(self.gradients[expression], WORD)
