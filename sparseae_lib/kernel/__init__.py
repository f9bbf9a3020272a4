"""The statements for the kernel of the proof assistant Rocq, whose proofs are in the folder ``kernel/``. SymPy only.

``rocq``     an expression as Rocq's text
``claims``   the statements as propositions, and the generated files
``logic``    what a theorem in words says beside an equation
``worded``   the theorems that the chapters state in words, as propositions
``refuted``  the source's wrong lines, each with a witness in fractions
``roads``    what proves each theorem, and why not
"""
