"""How fast ``sparseae_lib`` is compared with what a user would pick instead: ``make bench``.

``contestants``  who evaluates a cost and its gradient once, a module per library
``trainers``     who trains a network, likewise
``plan``         which problems are measured, and under which kernels
``run``          a measurement from start to end, in processes of their own
``report``       the results as a table
"""
