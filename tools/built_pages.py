"""The pages that have been built, for what changes them afterwards."""

from joblib import cpu_count
from sphinx.util.parallel import SerialTasks

from tools.parallel_writing import processes

FEW = 20
"""Up to this number, pages are rewritten sooner than other processes would begin."""


def rewrite(folder, rewritten):
    """Make of the text of each page in ``folder``, which lies at ``path``, what ``rewritten(text, path)`` gives."""
    pages = sorted(folder.rglob("*.html"))
    count = cpu_count()
    tasks = processes(count) if len(pages) > FEW else SerialTasks()
    for first in range(count):
        tasks.add_task(lambda share: rewrite_each(share, rewritten), pages[first::count])
    tasks.join()


def rewrite_each(pages, rewritten):
    for path in pages:
        text = path.read_text(encoding="utf-8")
        new = rewritten(text, path)
        if new != text:
            path.write_text(new, encoding="utf-8")
