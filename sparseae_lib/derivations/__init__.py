"""Derivations that show their steps: from a definition to a claim, each step with its reason, and each decided.

``entries``      ``derive``: the steps of a statement, in entries, as they are written on paper
``whole``        ``gradient``: the gradient of any cost, constructed with whole matrices, and how
``explanation``  ``explain``: a decision with small matrices, shapes side by side, or the steps of its proof
``attempt``      ``Attempt``: lines that someone has written, and which of them fails
``example``      ``EXAMPLE``: one network in numbers, small enough for a pencil, in which any formula can be worked out

What they are made of:

``derivation``     steps as data; one that does not follow cannot be made
``rules``          the rules for derivatives, on entries
``variables``      what is differentiated by: an entry of a matrix, or a number
``claim``          the claim opened into entries, and why a sum is a matrix product
``meeting``        where the derivation and the claim are the same terms
``abbreviations``  what is written short, as the mean activations
``letters``        names of indices
``written``        sums as they are written on paper
``reasons``        why a step holds, in words, and ``words`` to put them together
``differential``   each operation on matrices, beside what moves it to the other side of an inner product
``gathered``       sums over entries as whole matrices
``small``          the smallest numbers that tell two sides apart
``rectangles``     shapes side by side, each a rectangle
``figures``        which entries one entry changes, and shapes that fit or do not
``latex``          how a step is printed, and ``display`` how a derivation is shown
"""

from sparseae_lib.derivations.attempt import Attempt
from sparseae_lib.derivations.derivation import Derivation, NoDerivation, Step
from sparseae_lib.derivations.entries import derive
from sparseae_lib.derivations.explanation import explain
from sparseae_lib.derivations.whole import gradient

__all__ = ["Attempt", "Derivation", "NoDerivation", "Step", "derive", "explain", "gradient"]
