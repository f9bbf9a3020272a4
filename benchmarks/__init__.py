"""How fast ``sparseae_lib`` is compared with what a user would pick instead: ``make bench``.

``contestants``  who evaluates a cost and its gradient once, a module per library
``trainers``     who trains a network, likewise
``problem``      what all contestants compute
``plan``         which problems are measured, and under which kernels
``run``          a measurement from start to end
``race``         contestants take turns; each has a process of its own, ``worker``
``agreement``    nobody who computes something else is timed
``quiet``        whether a contestant had the machine to itself
``memory``       peak memory of an evaluation
``training``     whole trainings
``kernels``      the kernel of BLAS that multiplies
``machine``      what the machine is, and which versions are installed
``report``       the results as a table

Each of these is a command of its own, with results that a chapter shows:

``digits``         the codes of digits, beside those of scikit-learn
``distributed``    the seconds of an evaluation on several workers
``memory_mapped``  the memory of an evaluation on a file
"""
