"""The library held against the statements: the same quantity, computed twice, must come out the same.

``against_library``   a statement's formula, lowered to NumPy, against what the library computes
``against_autograd``  a statement's formula against automatic differentiation of the cost, by ``autograd``
"""
