"""What the page "Prove it yourself" runs: its script, a worker with Python in it, and ``answers``, the Python."""
