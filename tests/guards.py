"""What the book is held to, as functions that say what is wrong; ``test_guards`` breaks each and sees it say so."""

import ast
import re
from collections import Counter


def treatment_problems(entries, pages):
    """Where the ledger and the chapters, {name: Markdown}, disagree on which line is treated where."""
    found = []
    for entry in entries:
        text = pages.get(entry.chapter, "")
        anchors = [name for name, page in pages.items() if re.search(rf"^\({entry.label}\)=$", page, re.MULTILINE)]
        if anchors != [entry.chapter] or text.count(f"({entry.label})=") != 1:
            found.append(f"{entry.id} has no anchor of its own in {entry.chapter} alone")
        named = text.replace(f"({entry.label})=", "")
        ranges = re.findall(r"\bE(\d+) (?:to|and) E(\d+)\b", named)
        within = any(int(first) <= int(entry.id[1:]) <= int(last) for first, last in ranges)
        if not within and not re.search(rf"\b{entry.id}\b", named):
            found.append(f"{entry.id} is not discussed in {entry.chapter}")
    known = {entry.label for entry in entries}
    for name, page in pages.items():
        strange = set(re.findall(r"^\((e\d+)\)=$", page, re.MULTILINE)) - known
        found += [f"{name} has an anchor for {label}, which the ledger does not treat" for label in sorted(strange)]
    return found


def theorem_problems(labels, pages):
    """Which of the labels are on no page, and which theorems have their label twice."""
    counts = Counter(
        label for page in pages.values() for label in re.findall(r"^:label: (thm-[\w-]+)$", page, re.MULTILINE)
    )
    found = [f"{label} is on no page" for label in labels if label not in counts]
    return found + [f"{label} is a label {n} times" for label, n in counts.items() if n > 1]


def listing_problems(labels, pages, listing):
    """Where ``listing``, a reference with a title on each line, is not that of the theorems without these labels."""
    theorems = re.findall(r"\{prf:\w+\} (.+)\n:label: (thm-[\w-]+)$", "\n".join(pages.values()), re.MULTILINE)
    listed = re.findall(r"^- \{prf:ref\}`(.+) <(thm-[\w-]+)>`$", listing, re.MULTILINE)
    expected = [theorem for theorem in theorems if theorem[1] not in labels]
    found = [f"{label} is not listed as {title}" for title, label in expected if (title, label) not in listed]
    return found + [f"{label} is listed as {title}" for title, label in listed if (title, label) not in expected]


def contents_problems(contents, pages):
    """Where the table of contents and the pages of the folder disagree."""
    listed = [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]
    found = [f"{page} is not in the contents" for page in pages if page not in listed]
    found += [f"{page} is in the contents, and there is no such page" for page in listed if page not in pages]
    return found + [f"{page} is in the contents {n} times" for page, n in Counter(listed).items() if n > 1]


def mirror_problems(modules, tests):
    """Which modules have no tests in ``tests``, {name: source}, and which of these do not say what they hold."""
    found = [f"{module} has no tests" for module in modules if f"test_{module}" not in tests]
    silent = [name for name, source in tests.items() if not ast.get_docstring(ast.parse(source))]
    return found + [f"{name} does not say what it holds" for name in silent]


CHECKS = re.compile(r"assert_\w+|prove|refute|raises|warns|fail")
"""The names of functions that can make a test fail."""


def idle_tests(source):
    """The functions in a file that cannot make it fail: tests that check nothing, and checks that nothing calls."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    named = {getattr(node, "id", getattr(node, "attr", None)) for node in nodes}
    tests = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    others = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node not in tests]
    uncalled = [node for node in others if _checks(node) and not node.decorator_list and node.name not in named]
    return [node.name for node in tests if not _checks(node)] + [node.name for node in uncalled]


def _checks(function):
    return any(map(_is_check, ast.walk(function)))


def _is_check(node):
    if isinstance(node, ast.Call):
        return bool(CHECKS.fullmatch(getattr(node.func, "id", getattr(node.func, "attr", ""))))
    return isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant)
