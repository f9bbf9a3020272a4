"""How fast ``sparseae_lib`` is beside what a user would pick instead: ``make bench``."""
