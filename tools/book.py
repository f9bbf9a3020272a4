"""Build the book in the current folder: run the notebooks that are stale, side by side, then the pages that are.

A notebook is stale if its code, the library, what is installed, the environment or a file that it opened has changed.
A page is read again if its text or what its notebook shows has changed; all are if anything else has. Every page is
written each time, since any of them may name a title or a number of another. After a build that failed or was
interrupted no page is taken for granted.
"""

import gc
import json
import shutil
import sys
import time
from pathlib import Path

from joblib import cpu_count
from jupyter_book.sphinx import build_sphinx
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from tools.inputs import digest, files, installation, path_digest
from tools.notebooks import execute_all, read
from tools.plain_notebooks import in_myst

LIBRARY = ("sparseae_lib", "tools/notebooks.py", "tools/notebook_kernels.py", "tools/inputs.py", "tools/watch")
"""What every notebook rests on. What else one opens is noted while it runs."""
SETTINGS = ("sparseae_lib", "tools", "_config.yml", "_toc.yml", "pyproject.toml", "CHANGELOG.md", "CITATION.cff")
"""What every page may rest on, beside the other files of ``book``."""


def is_page(name):
    return name.startswith("book/") and name.endswith((".ipynb", ".md"))


def inputs(root):
    """{path: digest} of what the pages are made from."""
    return files(root, *SETTINGS, "book")


def changed_inputs(root):
    """The inputs that differ from those of the last build, and of what its notebooks opened; ``None`` without one."""
    last = last_build(root)
    if last is None:
        return None
    now = {name: path_digest(root / name) for name in last["inputs"]} | inputs(root)
    return sorted(name for name in now if now[name] != last["inputs"].get(name))


def last_build(root):
    """What the last build that went well was made from; ``None`` if the one before now did not."""
    stamp = root / "_build" / ".built"
    return json.loads(stamp.read_text(encoding="utf-8")) if stamp.is_file() else None


def build(root):
    """Bring ``_build/html`` up to date. Returns whether it is; a warning is an error."""
    built, last, environment = root / "_build", last_build(root), digest(str(root), installation())
    if last and last["environment"] == environment and changed_inputs(root) == []:
        print("The pages are up to date.")
        return True

    # From here on nothing is taken as built until all of it is.
    (built / ".built").unlink(missing_ok=True)
    shutil.rmtree(built / "html", ignore_errors=True)

    now = inputs(root)
    outcomes = run_notebooks(root, now, environment)
    if outcomes is None:
        return False
    for outcome in outcomes.values():
        now = outcome["opened"] | now
    shown = {name: outcome["shown"] for name, outcome in outcomes.items()}
    this = {"environment": environment, "inputs": now, "shown": shown}
    forget_stale_pages(built, last, this)

    result = build_sphinx(
        root,
        built / "html",
        path_config=root / "_config.yml",
        noconfig=True,
        confoverrides={
            "external_toc_path": str(root / "_toc.yml"),
            "latex_individualpages": False,
            "nitpicky": True,
        },
        warningiserror=True,
        keep_going=True,
        jobs=cpu_count() + 1,  # of these one writes no page
    )
    if result != 0:
        return False
    (built / ".built.tmp").write_text(json.dumps(this, indent=1), encoding="utf-8")
    (built / ".built.tmp").replace(built / ".built")
    return True


def run_notebooks(root, known, environment):
    """Run the notebooks that are stale, and keep what they show where MyST-NB looks for it.

    Returns {path: {"opened": {path: digest}, "shown": digest}} of all notebooks, or ``None`` if one fails.
    """
    cache = get_cache(root / "_build" / ".jupyter_cache")
    rest = digest(environment, files(root, *LIBRARY))
    outcomes, stale = {}, []
    for path in (root / name for name in filter(is_page, known)):
        notebook = as_sphinx_reads(path, read(path))
        _, outcome = recall(cache, notebook, root, rest) if notebook else (None, None)
        if notebook and not outcome:
            stale.append(path)
        elif notebook:
            outcomes[path.relative_to(root).as_posix()] = outcome
    print(f"{len(stale)} of {len(outcomes) + len(stale)} notebooks are run.", flush=True)

    failed = False
    for count, run in enumerate(execute_all(stale), start=1):
        name = run.path.relative_to(root).as_posix()
        print(f"{name}: {'FAILED' if run.error else 'run'} ({run.seconds:.1f} s, {count} of {len(stale)})", flush=True)
        if run.error:
            print(run.error, file=sys.stderr, flush=True)
            failed = True
            continue
        opened = {opened: known.get(opened, path_digest(root / opened)) for opened in run.opened}
        outcomes[name] = {"rest": rest, "opened": opened, "shown": outputs_digest(run.notebook)}
        notebook = as_sphinx_reads(run.path, run.notebook)
        cache.cache_notebook_bundle(CacheBundleIn(notebook, str(run.path), data=outcomes[name]), overwrite=True)
    return None if failed else outcomes


def as_sphinx_reads(path, notebook):
    """``notebook``, which was read from ``path``, with the metadata by which MyST-NB looks for what its cells show.

    If it found nothing it would run the notebook itself, and show that run until the code of a cell changes.
    """
    return in_myst(notebook) if notebook and path.suffix == ".ipynb" else notebook


def outputs_digest(notebook):
    """The digest of what the notebook shows, which is the same before it is written and after it is read."""
    return digest(json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"], sort_keys=True))


def recall(cache, notebook, root, rest):
    """The notebook as it was last run, and what came of it; two times ``None`` if it has to be run again."""
    try:
        record = cache.match_cache_notebook(notebook)
        run = cache.get_cache_bundle(record.pk).nb
        opened, fresh = record.data["opened"], record.data["rest"] == rest
        fresh = fresh and outputs_digest(run) == record.data["shown"]
    except (KeyError, ValueError):  # not run, or not here, or not written to its end
        return None, None
    fresh = fresh and all(path_digest(root / name) == opened[name] for name in opened)
    return (run, record.data) if fresh else (None, None)


def last_run(path, installed):
    """The notebook at ``path`` as it was run for the book; ``None`` if anything it rests on has changed since.

    ``installed`` is the digest of what is installed now.
    """
    root = path.parent.parent
    if last_build(root) is None:
        return None
    rest = digest(digest(str(root), installed), files(root, *LIBRARY))
    cache = get_cache(root / "_build" / ".jupyter_cache")
    run, _ = recall(cache, as_sphinx_reads(path, read(path)), root, rest)
    return run


def forget_stale_pages(built, last, this):
    """Take away what Sphinx has read of the pages that are stale: it reads them again."""
    settings = [
        (build["environment"], {name: is_page(name) or found for name, found in build["inputs"].items()})
        for build in (last, this)
        if build
    ]
    if last is None or settings[0] != settings[1]:
        shutil.rmtree(built / ".doctrees", ignore_errors=True)
        return
    for name in filter(is_page, this["inputs"]):
        if any(last[kind].get(name) != this[kind].get(name) for kind in ("inputs", "shown")):
            (built / ".doctrees" / name).with_suffix(".doctree").unlink(missing_ok=True)


def main():
    # Little of what Sphinx makes is garbage before the end: to look for it every 700 objects took a seventh.
    gc.set_threshold(50_000)
    start = time.perf_counter()
    good = build(Path.cwd())
    print(f"{'Built' if good else 'NOT built'} in {time.perf_counter() - start:.0f} s.")
    gc.freeze()  # at its end Python would look for garbage in all of it once more
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
