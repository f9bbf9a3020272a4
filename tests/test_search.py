"""The search of the built book, as a reader uses it: `make book` first."""

import functools
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from docutils import nodes

from tools import search_index
from tools.ledger_checker import opened
from tools.page_checker import link_problem, serve

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"

EXPECTED = {
    "KL gradient": "kl_gradient",
    "gradient of the KL divergence": "kl_gradient",
    "rho hat": "kl_penalty#thm-mean-activation",
    "ρ̂": "kl_penalty#thm-mean-activation",
    "rho_hat": "kl_penalty#thm-mean-activation",
    "1/m": "parameter_gradients",
    "missing 1/m": "parameter_gradients#the-silent-wrong-numbers",
    "outer product": "parameter_gradients#a-batch-is-a-sum-of-outer-products",
    "gradient of the weights": "parameter_gradients#thm-weight-gradient",
    "weight gradient": "parameter_gradients#thm-weight-gradient",
    "bias gradient": "parameter_gradients#thm-bias-gradient",
    "E48": "errata#e48",
    "e27": "errata#e27",
    "E20": "errata#e20",
    "NaN": "kl_penalty#naive-clipped-and-exact",
    "why is my cost nan": "questions",
    "log(0)": "kl_penalty#a-saturated-unit",
    "linear decoder": "linear_decoder",
    "denoising": "questions",
    "is 1e-5 ok": "exactness#how-tight-a-check-can-be",
    "1e-05": "exactness#how-tight-a-check-can-be",
    "column-major": "questions",
    "columns instead of rows": "notation#rows-and-columns",
    "tied weights": "linear_decoder#tied-weights",
    "transpose": "delta_recursion#the-silent-wrong-number",
    "delta rule": "delta_recursion",
    "backprop": "delta_recursion",
    "dropout": "questions",
    "numpy gradient wrong": "wrong_gradients",
    "gradient check fails": "wrong_gradients",
    "rho = 0.05": "questions",
    "sparsity parameter": "questions",
    "weight decay": "kl_penalty#the-weight-decay",
    "float32": "questions",
    "softmax": "your_own_derivation#softmax-with-cross-entropy",
    "derivative of the sigmoid": "activation#thm-sigmoid-derivative",
    "vanishing gradient": "activation#where-the-derivative-vanishes",
    "hadamard": "notation#one-dot-three-products",
    "minibatch": "minibatches",
    "batch norm": "your_own_derivation#batch-normalisation",
    "Coq": "kernel",
    "whitening": "natural_images#whitening",
    "finite difference": "exactness#numerical-derivatives",
    "stacked autoencoder": "questions",
    "my data do not fit": "questions",
    "partial_fit": "questions",
    "gpu": "questions",
    "cite": "questions",
    "numpy code": "intro#the-whole-recipe",
    "backpropogation": "delta_recursion",
    "check_gradient": "wrong_gradients",
    "kl_derivative_with_logits": "api/penalty#sparseae_lib.penalties.kl_derivative_with_logits",
}
"""{what a reader types: the page, and the place on it, that must be among the first three}."""


ANSWERED = "document.querySelector('.search-summary')?.textContent"
LINKS = "() => [...document.querySelectorAll('ul.search > li > a')].map(link => link.href)"


def search_page(address, query):
    return f"{address}/search.html?q={quote(query)}"


@pytest.fixture(scope="module")
def results(browser):
    """A function from what is typed to the links that are found, from the first on."""
    with serve(HTML) as address, opened(browser, search_page(address, "delta")) as page:
        page.wait_for_function(ANSWERED)

        @functools.cache
        def found(query):
            page.evaluate("query => { Search.output.replaceChildren(); Search.query(query); }", query)
            return [link.removeprefix(f"{address}/book/").replace(".html", "", 1) for link in page.evaluate(LINKS)]

        yield found


@pytest.mark.parametrize("query", EXPECTED)
def test_a_query_finds_its_place(results, query):
    expected, found = EXPECTED[query], results(query)[:3]
    assert expected in (found if "#" in expected else [link.partition("#")[0] for link in found]), found


def test_the_search_box_leads_to_the_results_and_a_result_to_its_section(browser):
    with serve(HTML) as address, opened(browser, f"{address}/book/trust.html") as page:
        page.wait_for_function("document.querySelector('.search-button__button').onclick !== null")  # late_scripts.js
        page.keyboard.press("Control+K")
        page.keyboard.type("outer product")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/search.html?q=outer+product")
        page.locator("ul.search > li > a").first.click()
        section = "book/parameter_gradients.html#a-batch-is-a-sum-of-outer-products"
        page.wait_for_url(f"{address}/{section}")
        assert page.url == f"{address}/{section}"


def test_chapters_come_before_the_reference(results):
    for query in EXPECTED:
        if "api/" not in EXPECTED[query]:
            assert not results(query)[0].startswith("api/"), query


def test_every_link_leads_to_a_place_that_is_there(results):
    with serve(HTML) as address:
        for query in ("training", "delta", "E20", "solution", "objective"):
            found = results(query)
            assert len(found) == len({link.partition("#")[0] for link in found}) > 3, query
            for link in found:
                page, hash_, anchor = link.partition("#")
                assert link_problem(HTML, address, f"{address}/book/{page}.html{hash_}{anchor}") is None


def test_what_is_in_no_page_is_said(browser):
    with serve(HTML) as address, opened(browser, search_page(address, "xyzzyxyzzy")) as page:
        page.wait_for_function(ANSWERED)
        assert "No page" in page.locator(".search-summary").inner_text()
        assert page.locator(".search-summary a").count() == 2
        assert page.locator("ul.search > li").count() == 0


def test_places_of_a_page():
    document = nodes.document(None, None)
    inner = nodes.section("", nodes.title("", "Inner"), nodes.paragraph("", "More."), ids=["inner", "label"])
    inner += nodes.raw("", 'Lines <article class="line wrong" id="e7">a card \\(x^2\\)</article>', format="html")
    decided = nodes.paragraph("", "It is.", ids=["e7-decided"])
    document += nodes.section("", nodes.title("", "Page"), nodes.paragraph("", "Text."), decided, inner, ids=["page"])
    places = search_index.found(document)
    found = [(place["anchors"], place["title"], " ".join(" ".join(place["text"]).split())) for place in places]
    assert found == [
        (["e7-decided"], "E7", "It is."),
        (["e7"], "E7", "a card"),
        (["inner", "label"], "Inner", "More. Lines"),
        (["top"], "Page", "Text."),
    ]


def test_a_keyword_for_no_place_is_a_warning(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    (tmp_path / search_index.KEYWORDS).write_text('[a]\ntop = ["x"]\nhere = ["y"]\nnowhere = ["z"]\n[b]\ntop = ["x"]\n')
    warnings = []
    monkeypatch.setattr(search_index.logger, "warning", lambda message, *words: warnings.append(message % words))
    env = SimpleNamespace(titles={"book/a": nodes.title("", "A")})
    places = {"book/a": [{"anchors": [name], "title": "", "text": []} for name in ("top", "here")]}
    search_index.write(SimpleNamespace(srcdir=tmp_path, outdir=tmp_path, env=env), places)
    assert warnings == [
        "book/keywords.toml: nothing on the page book/a has the anchor 'nowhere'",
        "book/keywords.toml: there is no page 'b'",
    ]
    assert '"keywords": ["y"]' in (tmp_path / "searchindex.js").read_text(encoding="utf-8")
