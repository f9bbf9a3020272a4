"""Gradients of the sparse autoencoder, with the proofs of the formulas they implement.

If you are new here, read ``mistakes/textbook.py`` first: it is the whole algorithm in forty lines.

The proofs need SymPy alone, and work where NumPy is absent:

``calculus``       decides whether two matrix expressions are equal for all sizes
``statements``     the claims of the book, each written once
``formulas``       prints expressions as LaTeX, and reads LaTeX and plain text back
``derivations``    the steps from a definition to a claim, each with its reason and each decided
``errata``         the ledger: a verdict on each of the source's 52 lines, and what stands behind it
``kernel``         the statements written out for the proof assistant Rocq
``book_map``       which theorem of the book rests on which

The gradients, in the order in which they build on each other:

``activations``    activation functions, each beside its derivative
``backprop``       the equations of backpropagation, one short function each
``penalties``      the Kullback-Leibler penalty and its derivative, also for saturated units
``network``        the parameters, flat and by layer, and a plain forward pass
``shards``         the two passes of an evaluation, forward and back, a part of the batch at a time
``objective``      cost and gradient of a network on a batch
``gradcheck``      numerical derivatives, and the check of any gradient against them
``layouts``        the orders in which people write weights and biases into one vector

What uses the gradients:

``training``       L-BFGS with a history, ``checkpoints`` of it in files
``estimator``      the sparse autoencoder for scikit-learn
``early_stopping`` samples that are held out, and when to stop
``distributed``    the objective for samples on several machines
``images``         patches of natural images, and how they are whitened
``plots``          filters and histories as pictures

What holds them together:

``checks``         the library against the statements: the same quantity, computed twice
``mistakes``       wrong variants of the textbook, which a check of a gradient must reject

What works behind these modules:

``matmul``         products of matrices in pieces of rows
``threads``        threads over the samples, and the limit of BLAS
``cost_function``  a cost that somebody else wrote, for ``gradcheck``
``gradient_errors``  where a gradient is wrong, and what is wrong, for ``gradcheck``
``compiled``       loads ``fast``, the sigmoid as numba compiles it, if numba is installed
``files``          writing files that are whole at any moment
``validation``     the checks of arguments
``typing``         names for the types in annotations
``notebook_html``  pieces of HTML for the notebooks
``project``        where the files are that the chapters show

Nothing is imported here, so that the proofs can be imported alone.
"""

__version__ = "0.1.0"
