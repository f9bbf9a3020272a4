"""How fast ``sparseae_lib`` is compared with what a user would pick instead: ``make bench``."""
