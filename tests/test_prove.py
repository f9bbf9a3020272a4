"""The page on which the browser proves: what it answers, and the page itself in the built book, with no network."""

import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx_proof.nodes import NODE_TYPES

from sparseae_lib.errata import display, load_errata
from sparseae_lib.network import flatten, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.statements import STATEMENTS
from tools import prove_links, prove_page
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


def test_an_equation_is_about_the_network_of_the_book():
    forward = r"A^{(l)} W^{(l)} + \mathbf{1} b^{(l)}"
    assert equation("Z^(l+1)", forward)["outcome"] == "proved"
    assert equation("Z^(l+1)", forward.replace("+", "-"))["outcome"] == "refuted"
    assert equation("∂J/∂b^(l)", r"\mathbf{1}^\top \Delta^{(l+1)} / m")["outcome"] == "proved"
    assert "no theorem is used here" in equation("∂J/∂A^(l)", "A^(l)")["error"]


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
    monkeypatch.setenv("npm_config_fetch_retry_mintimeout", "1")  # ms until it is asked again, and not ten seconds
    monkeypatch.setenv("CI", "true" if in_ci else "")
    if in_ci:
        with pytest.raises(prove_page.ExtensionError, match="could not be fetched from npm"):
            prove_page.pyodide()
    else:
        assert prove_page.pyodide() is None


# Your own code


def own_cost(objective, spoilt=None):
    """The library as the page asks for one's own code, and what of it may be spoilt."""

    def cost(theta, X):
        layers = [tuple(theta[:2]), tuple(theta[2:])]
        found = objective.evaluate(flatten(layers), X)
        gradients = [part for layer in unflatten(found.gradient, objective.layer_sizes) for part in layer]
        return found.cost, spoilt(gradients, theta, X) if spoilt else gradients

    return cost


def printed_checks(cost, capsys):
    """What the block on the page prints, run as it stands there, word by word."""
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "book" / "prove.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block.count("\n") <= 18
    exec(block, {"cost": cost})
    lines = capsys.readouterr().out.split("\n")
    assert [line.split(":")[0] for line in lines] == ["cost", *["gradient"] * 4, ""]
    return [word == "True" for line in lines for word in line.split()[1:]]


def test_the_block_says_true_to_the_library_alone(capsys):
    settings = {"weight_decay": 0.01, "rho": 0.1, "beta": 3}
    right = Objective((4, 3, 4), **settings)
    assert printed_checks(own_cost(right), capsys) == [True] * 9
    for name, other in (("weight_decay", 0.0), ("rho", 0.2), ("beta", 0)):  # the derivative of another cost
        found = printed_checks(own_cost(Objective((4, 3, 4), **settings | {name: other})), capsys)
        assert found[1::2] == [True] * 4 and not found[0] and not found[2]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda G, theta, X: [G[0], G[1], G[2] - 0.01 * theta[2], G[3]],  # without the weight decay
        lambda G, theta, X: [part * len(X) for part in G],  # a sum for the mean
        lambda G, theta, X: [part.T for part in G],
        lambda G, theta, X: [-part for part in G],  # as long as it should be
    ],
)
def test_the_block_sees_a_wrong_gradient(spoilt, capsys):
    objective = Objective((4, 3, 4), weight_decay=0.01, rho=0.1, beta=3)
    found = printed_checks(own_cost(objective, spoilt), capsys)
    assert found[0] and not all(found[1::2])


# What leads to the page


def test_every_line_that_claims_something_leads_to_a_truth():
    known = prove_links.queries()
    for entry in load_errata():
        assert (entry.id in known) == (entry.repaired is not None or entry.theorem is not None)
    assert known["E46"] == "line=e46" and known["E39"] == "theorem=thm-penalty-weights" and "E1" not in known


def test_a_card_is_linked_at_its_head_and_once():
    html = "".join(display.cards(*ids).text for ids in (("E46",), ("E1", "E39")))
    with_links = prove_links.linked(html, "prove.html")
    assert re.findall(r'href="(prove.html[^"]*)"', with_links) == [
        "prove.html?line=e46",
        "prove.html?theorem=thm-penalty-weights",
    ]
    assert re.sub(r' <a class="prove".*?</a>', "", with_links) == html
    for head in re.findall(r"<header>.*?</header>", with_links):
        assert head.count("prove.html") == ("E1<" not in head)


@pytest.mark.parametrize(("python", "expected"), [("there", 1), (None, 0)])
def test_without_python_for_the_browser_no_theorem_leads_to_the_page(python, expected):
    builder = SimpleNamespace(get_relative_uri=lambda here, there: "prove.html", name="html")
    env = SimpleNamespace(found_docs={"book/prove"}, docname="book/delta_recursion")
    env.app = SimpleNamespace(python_for_browser=python, env=env, builder=builder, config=None)
    document = new_document("page", get_default_settings())
    document.settings.env = env
    theorem = NODE_TYPES["theorem"](label="thm-hidden-delta")
    theorem += nodes.section()
    document += theorem
    prove_links.LinkTheorems(document).run()
    assert "Proved by the engine, the second opinion and the kernel." in document.astext()
    links = [link["refuri"] for link in document.findall(nodes.reference)]
    assert links == ["prove.html?theorem=thm-hidden-delta"] * expected


def links_to_the_page():
    """{where a page of the built book leads on the page that proves: the pages that lead there}."""
    found = {}
    for path in sorted((HTML / "book").glob("*.html")):
        for query in re.findall(r'href="prove\.html\?([^"]+)"', path.read_text(encoding="utf-8")):
            found.setdefault(query, []).append(path.stem)
    return found


def test_every_theorem_and_every_card_of_the_book_leads_there():
    found = links_to_the_page()
    assert set(found) == {f"theorem={label}" for label in STATEMENTS} | set(prove_links.queries().values())
    contents = json.loads((HTML / "_static" / "prove" / "prove.json").read_text(encoding="utf-8"))
    assert {f"theorem={theorem['label']}" for theorem in contents["theorems"]} <= set(found)
    assert {f"line={line['id'].lower()}" for line in contents["lines"]} <= set(found)
    assert all("errata" in pages for query, pages in found.items() if query.startswith("line="))


# The page


@pytest.fixture(scope="module")
def page(browser):
    """The page of the built book, under a sub-path, from which no other host can be reached.

    To start its Python takes longer than all that is asked of it: a test goes on where the one before it left the page.
    """
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


def press(page, button):
    """Press a button, and wait for the answer, but not for ever."""
    page.evaluate("() => { answered = false; addEventListener('prove-answered', () => (answered = true), true) }")
    page.click(f"[name={button}]")
    page.wait_for_function("answered")


def asked(page, **fields):
    """What the page says after the fields are filled in and the button is pressed."""
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
    press(page, "decide")
    return page.inner_text("#prove-status"), page.inner_text("#prove-answer")


def test_a_theorem_leads_to_it(page):
    """From the box with one click, and one more to the proof."""
    page.goto(page.address.replace("prove.html", "delta_recursion.html"))
    page.click("#thm-hidden-delta a[href*='prove.html']")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=against]") == "theorem:thm-hidden-delta"
    assert asked(page)[0] == "The answer: proved."


def test_a_gradient_is_constructed_with_its_steps(page):
    page.click("summary:has-text('Construct a gradient')")
    press(page, "construct")
    assert page.locator("#prove-answer .derivation li").count() >= 3
    assert page.locator("#prove-answer .derivation .claim mjx-container").count() >= 1


def test_a_proof_is_stopped_and_the_page_lives_on(page):
    page.goto(page.address)  # Python starts anew, which takes longer than to press the button
    page.wait_for_selector("#prove[data-ready]")
    page.click("[name=decide]")
    page.wait_for_function("document.getElementById('prove-status').innerText.startsWith('The proof engine starts')")
    page.click("[name=stop]")
    assert page.inner_text("#prove-status") == "Stopped."
    assert asked(page)[0] == "The answer: proved."


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


def test_a_line_and_a_theorem_have_an_address(page):
    page.goto(f"{page.address}?line=e46")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=against]") == "line:E46"
    assert "\\sum_{j=1}^m" in page.input_value("[name=right]")
    page.goto(f"{page.address}?theorem=thm-hidden-delta")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=right]").startswith("\\left(\\Delta^{(l + 1)}")


def test_a_card_leads_to_it(page):
    """From the card with one click, and one more to the proof; then with an index changed."""
    page.goto(page.address.replace("prove.html", "errata.html#e46"))
    page.click("#e46 a.prove")
    page.wait_for_selector("#prove[data-ready]")
    assert page.input_value("[name=against]") == "line:E46"
    assert asked(page)[0] != "The answer: proved."
    repaired = next(entry.repaired for entry in load_errata() if entry.id == "E46")
    assert asked(page, right=repaired)[0] == "The answer: proved."
