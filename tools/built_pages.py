"""The pages that have been built, for what changes them afterwards."""


def rewrite(folder, rewritten):
    """Make of the text of each page in ``folder``, which lies at ``path``, what ``rewritten(text, path)`` gives."""
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        new = rewritten(text, path)
        if new != text:
            path.write_text(new, encoding="utf-8")
