"""The claims of the book, each written once as an expression: definitions, corrected formulas, the source's own lines.

``symbols``          sizes, parameters, activations; rows and columns
``definitions``      the forward pass, the cost, the sigmoid
``backpropagation``  the deltas and the gradients, and how they unroll to a given depth
``sparsity``         the penalty, its gradient, and the delta that carries it
``shards``           a batch in two shards, or drawn at random
``selectivity``      the penalty's mean force, and a network that evades the penalty
``deep``             penalties on several layers, and on the output
``tied``             weights that stand in two places: the decoder is the transposed encoder
``weighted``         samples that count as often as their weights say
``activations``      an activation for each layer: f_l in place of f
``source``           the source's lines, taken literally
``statement``        what a statement is
``latex``            how a notebook shows expressions
``display``          all statements on one page, with their shapes and their NumPy

To add a theorem, write a ``Statement`` in the module of its theme, add the library's value of its left side to
``sparseae_lib/checks/against_library.py``, prove it in ``kernel/``, for which ``python -m tools.kernel --write`` states
it, say where in ``sparseae_lib/kernel/roads.py``, and show it in a chapter, in a box with its label. The docstring of
the function that computes it names the label. What is new is listed: a letter in ``statements/symbols.py``, and in
``formulas/notation.py``, so that it can be read back; a module in ``THEMES`` below; a file of proofs in
``kernel/_CoqProject``. A theorem that is no equation is stated in ``kernel/worded.py``. ``CONTRIBUTING.md`` goes
through an example. The tests go over all statements: they prove it, compare it with the library, corrupt it, and look
for the function and for the box; ``python -m tools.kernel_mutants`` lets Rocq refuse the corruptions too.
"""

from types import ModuleType

from sparseae_lib.statements import (
    backpropagation,
    deep,
    definitions,
    selectivity,
    shards,
    sparsity,
    tied,
    weighted,
)
from sparseae_lib.statements.statement import Statement

THEMES: tuple[ModuleType, ...] = (
    definitions,
    backpropagation,
    sparsity,
    shards,
    selectivity,
    deep,
    tied,
    weighted,
)
"""The modules with statements."""

STATEMENTS: dict[str, Statement] = {
    value.label: value for module in THEMES for value in vars(module).values() if isinstance(value, Statement)
}
"""Every statement by the label of its theorem."""
