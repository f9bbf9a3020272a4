"""The page on which the browser proves: what it answers, and the page itself in the built book, with no network."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from sparseae_lib.errata import load_errata
from tools import prove_page
from tools.page_checker import serve
from tools.prove.answers import answer

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
HIDDEN_DELTA = "(Delta^(l+1) W^(l)^T) ∘ f'(Z^(l))"
MINUTES = 300_000  # ms; Python starts in some seconds on a machine that does nothing else


# The answers


def equation(left, right, notation="book"):
    return answer({"ask": "equation", "left": left, "right": right, "notation": notation})


def theorem(right, label="thm-hidden-delta"):
    return answer({"ask": "theorem", "label": label, "right": right, "notation": "book"})


def test_a_true_equation_is_proved_and_a_false_one_refuted_with_numbers():
    true = equation("A^(l)^T Delta^(l+1) / m", "1/m A^(l)^T Delta^(l+1)")
    assert true["outcome"] == "proved"
    false = equation("A^(l)^T Delta^(l+1) / m", "A^(l)^T Delta^(l+1)")
    assert false["outcome"] == "refuted"
    assert "in this small example" in false["html"]
    assert equation("A^(l) W^(l)", "W^(l) A^(l)")["outcome"] == "ill-formed"


def test_a_theorem_is_proved_with_its_steps_and_refuted_without_its_transpose():
    found = theorem(HIDDEN_DELTA)
    assert found["outcome"] == "proved"
    assert "how the theorem is derived" in found["html"]
    assert theorem(HIDDEN_DELTA.replace("^T", ""))["outcome"] == "ill-formed"
    assert theorem(HIDDEN_DELTA.replace("f'", "f"))["outcome"] == "refuted"


@pytest.mark.parametrize("entry", [entry for entry in load_errata() if entry.repaired], ids=lambda entry: entry.id)
def test_a_line_is_proved_as_it_is_repaired_and_not_as_it_is_printed(entry):
    def held(text):
        return answer({"ask": "line", "name": entry.id, "right": text, "notation": "source"})

    assert held(entry.repaired)["outcome"] == "proved"
    if entry.verdict == "wrong" and not {"statement", "induction"} & set(entry.kinds):
        found = held(prove_page.printed(entry))
        assert "error" in found or found["outcome"] in ("refuted", "ill-formed", "unknown"), found["html"]


def test_what_cannot_be_read_is_shown_in_its_field():
    found = equation("A^(l) +", "A^(l)")
    assert found["field"] == "left"
    assert found["error"].startswith("at position 7: found the end, expected ")
    assert equation("A^(l)", "A^(l")["field"] == "right"


def test_a_gradient_is_constructed():
    asked = {"ask": "gradient_of", "cost": r"\lVert A^{(l)} W^{(l)} \rVert^2 / m", "notation": "book"}
    found = answer(asked | {"variable": "W^(l)"})
    assert "derivation" in found["html"]
    assert answer(asked | {"cost": "A^(l)", "variable": "W^(l)"})["error"].startswith("cost must be a number")
    assert answer(asked | {"variable": "W^("})["field"] == "variable"


def test_what_is_typed_is_escaped():
    found = answer({"ask": "line", "name": "E46", "right": "<img src=x onerror=alert(1)>", "notation": "source"})
    assert "error" in found
    found = equation("<b>", "A^(l)")
    assert "html" not in found


# What lies beside the book


def test_the_packages_are_the_same_bytes_each_time(tmp_path):
    for name in ("one.zip", "two.zip"):
        prove_page.pack(tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
    assert {"answers.py", "sympy/__init__.py", "sparseae_lib/formulas/grammar.lark"} <= set(names)
    assert not any("/tests/" in name for name in names)


def test_what_comes_from_npm_is_pinned_with_a_hash_and_names_no_host():
    lock = (ROOT / "tools" / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(lock)["packages"]
    declared = json.loads((ROOT / "tools" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in declared.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
    assert "://" not in lock


@pytest.mark.parametrize("in_ci", [False, True])
def test_without_npm_the_book_is_built_without_it_but_not_in_ci(tmp_path, monkeypatch, caplog, in_ci):
    monkeypatch.setattr("tools.npm.CACHE", tmp_path / "empty")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("CI", "true" if in_ci else "")
    if in_ci:
        with pytest.raises(prove_page.ExtensionError, match="could not be fetched from npm"):
            prove_page.pyodide()
    else:
        assert prove_page.pyodide() is None


# The page


@pytest.fixture(scope="module")
def page(browser):
    """The page of the built book, under a sub-path, from which no other host can be reached."""
    assert (HTML / "book" / "prove.html").is_file(), "the book is not built: run make book"
    with serve(ROOT / "_build") as address:
        page = browser.new_page()
        page.set_default_timeout(MINUTES)
        foreign = []
        page.on("request", lambda request: request.url.startswith(address) or foreign.append(request.url))
        page.address = f"{address}/html/book/prove.html"
        page.goto(page.address)
        page.wait_for_selector("#prove[data-ready]")
        yield page
        assert foreign == []


def asked(page, **fields):
    """What the page says after the fields are filled in and the button is pressed."""
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
    page.evaluate("answered = new Promise(done => document.addEventListener('prove-answered', done, {once: true}))")
    page.click("[name=decide]")
    page.evaluate("answered.then(() => null)")
    return page.inner_text("#prove-status"), page.inner_text("#prove-answer")


def test_the_page_proves_refutes_and_explains_what_it_cannot_read(page):
    assert re.fullmatch(r"\d\d MB", page.inner_text("#prove-size"))
    assert asked(page)[0] == "The answer: proved."
    assert page.locator("#prove-answer mjx-container").count() > 1
    status, said = asked(page, right="f'(Z^(l)) ∘ (Delta^(l+1) W^(l))")
    assert status == "The answer: ill-formed."
    status, said = asked(page, right="f(Z^(l)) ∘ (Delta^(l+1) W^(l)^T)")
    assert status == "The answer: refuted."
    assert "in this small example" in said
    status, said = asked(page, right="f'(Z^(l)) ∘ (Delta^(l+1")
    assert "at position 23: found the end" in said
    assert page.get_attribute("[name=right]", "aria-invalid") == "true"
    assert asked(page, right=HIDDEN_DELTA)[0] == "The answer: proved."
    assert page.get_attribute("[name=right]", "aria-invalid") is None


def test_a_proof_is_stopped_and_the_page_lives_on(page):
    page.fill("[name=right]", HIDDEN_DELTA)
    page.click("[name=decide]")
    page.wait_for_selector("[name=stop]:enabled")
    page.click("[name=stop]")
    assert page.inner_text("#prove-status") == "Stopped."
    assert asked(page)[0] == "The answer: proved."


def test_a_line_and_a_theorem_have_an_address(page):
    page.goto(f"{page.address}?line=e46")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=against]") == "line:E46"
    assert "\\sum_{j=1}^m" in page.input_value("[name=right]")
    page.goto(f"{page.address}?theorem=thm-hidden-delta")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=right]").startswith("\\left(\\Delta^{(l + 1)}")
    assert asked(page)[0] == "The answer: proved."
