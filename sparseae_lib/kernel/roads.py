"""Which roads prove each theorem: the engine, the second opinion, the kernel of Rocq; and why one does not.

The tests hold the table true: a road that is named here leads there, and one that has a reason does not.
"""

from dataclasses import dataclass

DEFINITION = "a definition: there is nothing to derive"
ONE_NUMBER = "about functions of one number: there are no matrices in it"
IN_WORDS = "the chapter proves it in steps; there is no single equation"


@dataclass(frozen=True)
class Roads:
    """What proves the theorem with a label; each road is ``None``, or the reason why it is not taken.

    ``kernel`` lists the theorems in ``kernel/``, as ``file.theorem``; where there are none, ``no_kernel`` says why.
    """

    label: str
    no_engine: str | None = None
    no_second_opinion: str | None = None
    kernel: tuple[str, ...] = ()
    no_kernel: str | None = None

    def __str__(self):
        """A sentence: "Proved by the engine and the kernel, not by the second opinion (about ...)"."""
        if self.no_engine == DEFINITION:
            in_kernel = "; the kernel has a theorem about it" if self.kernel else ""
            return f"{DEFINITION.capitalize()}{in_kernel}."
        ways = {"engine": self.no_engine, "second opinion": self.no_second_opinion, "kernel": self.no_kernel}
        taken = [f"the {way}" for way, reason in ways.items() if reason is None]
        reasons: dict[str, list[str]] = {}
        for way, reason in ways.items():
            if reason:
                reasons.setdefault(reason, []).append(f"the {way}")
        missing = [f"not by {_listed(others, 'or')} ({reason})" for reason, others in reasons.items()]
        return f"{', '.join([f'Proved by {_listed(taken)}', *missing])}."


def _listed(words, last="and"):
    *others, word = words
    return f"{', '.join(others)} {last} {word}" if others else word


def _derived(file, label, *others):
    return Roads(label, kernel=(f"{file}.{label.replace('-', '_')}", *others))


def _definition(label):
    """A definition: the kernel differentiates it along a path of networks."""
    return Roads(label, DEFINITION, DEFINITION, (f"forward.{label.replace('-', '_')}",))


def _of_one_number(label, *others):
    return Roads(label, None, ONE_NUMBER, (f"divergence.{label.replace('-', '_')}", *others))


def _in_words(label, *theorems):
    return Roads(label, IN_WORDS, IN_WORDS, theorems)


_GRADIENTS = ("thm_weight_gradient", "thm_bias_gradient", "thm_delta")
_WHOLE = tuple(f"recursion.{name}" for name in _GRADIENTS)
_WHOLE_SPARSE = tuple(f"recursion.{name}_sparse" for name in _GRADIENTS)

ROADS = {
    roads.label: roads
    for roads in (
        *map(_definition, ("thm-forward", "thm-cost", "thm-mean-activation", "thm-penalty", "thm-sparse-cost")),
        Roads("thm-delta", DEFINITION, DEFINITION, ("recursion.thm_delta", "recursion.thm_delta_sparse")),
        Roads("thm-kl", DEFINITION, DEFINITION, ("divergence.thm_kl",)),
        Roads("thm-mean-penalty", DEFINITION, DEFINITION, (), DEFINITION),
        _of_one_number("thm-sigmoid-derivative"),
        _of_one_number("thm-kl-derivative", "shape.thm_kl_derivative"),
        _derived("layer", "thm-output-delta"),
        _derived("layer", "thm-hidden-delta"),
        _derived("layer", "thm-weight-gradient", _WHOLE[0], _WHOLE_SPARSE[0]),
        _derived("layer", "thm-bias-gradient", _WHOLE[1], _WHOLE_SPARSE[1]),
        _derived("layer", "thm-tied-weights"),
        *map(_definition, ("thm-weighted-cost", "thm-weighted-mean")),
        _derived("weighted", "thm-weighted-output-delta"),
        _derived("weighted", "thm-weighted-delta"),
        *(
            _derived("penalty", label)
            for label in (
                "thm-penalty-weights",
                "thm-penalty-biases",
                "thm-sparse-delta",
                "thm-frozen-slope",
                "thm-one-pass-weights",
                "thm-one-pass-biases",
                "thm-penalty-below",
                "thm-lost-term",
                "thm-sparse-output-delta",
            )
        ),
        *(
            _derived("shards", label)
            for label in (
                "thm-shard-average",
                "thm-batch-variance",
                "thm-shard-means",
                "thm-shard-delta",
                "thm-shard-weights",
                "thm-shard-biases",
            )
        ),
        _derived("shards", "thm-mean-force", "force.thm_mean_force"),
        _in_words("thm-recursion", *_WHOLE),
        _in_words("thm-deep-recursion", *_WHOLE_SPARSE),
        _in_words("thm-saturation", "saturation.thm_saturation", "saturation.thm_saturation_limit"),
        _in_words("thm-mean-penalty-larger", "jensen.thm_mean_penalty_larger"),
        _in_words("thm-batch-bias", "batch_bias.thm_batch_bias"),
        _in_words("thm-single-samples", "jensen.thm_single_samples", "singles.thm_single_samples_limits"),
        _in_words("thm-penalty-step", "step.thm_penalty_step"),
        _in_words("thm-only-the-mean", "only_the_mean.thm_only_the_mean"),
        _in_words("thm-active-fraction", "active.thm_active_fraction"),
        _in_words("thm-evasion", "evasion.thm_evasion"),
    )
}
"""{label: its roads}, for every theorem of the book."""

THEOREMS = sorted(
    {theorem for roads in ROADS.values() for theorem in roads.kernel}
    | {"telescope.telescope", "backpropagation.cost_along_path", "backpropagation.sparse_cost_along_path"}
    | {"existence.network_exists", "existence.sparse_network_exists", "existence.variations_exist"}
)
"""Every theorem whose axioms are printed, as ``file.theorem``."""
