"""The chapters read well in any Jupyter: nothing in them is MyST's, and of that the book makes its boxes and numbers.

``tools.plain_notebooks`` says how they are written.
"""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.plain_notebooks import in_myst

BOOK = Path(__file__).resolve().parent.parent / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))

RAW = {
    "directive": r'class="language-\{|<code>\{[\w:+-]+\}|:::+ ?\{',
    "role": r"\{[\w:+-]+\}\s*<code",
    "label": r"(?:^|>)\([\w-]+\)=\s*(?:$|<)",
    "option": r"(?:^|>):(?:label|name|class|tags|alt|width):",
    "glue": r'<span class="n">glue</span>',
}
"""What a reader of a rendered notebook must not see."""


def raw_markup(notebook):
    """The kinds of MyST that stand in the notebook as Jupyter renders it, without any extension."""
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    return [kind for kind, pattern in RAW.items() if re.search(pattern, html, re.MULTILINE)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_shows_no_directive_role_or_label(path):
    assert raw_markup(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("````{prf:theorem} The cost\n:label: thm-cost\n\nLet it be.\n````", "directive"),
        ("```{exercise-end}\n```", "directive"),
        (":::{note}\nLook.\n:::", "directive"),
        ("See {prf:ref}`thm-cost`.", "role"),
        ("See {eq}`eq-cost` and more.", "role"),
        ("(e14)=\n(e23)=\nE14 is wrong.", "label"),
        ("(trusted-base)=\n\n## Trusted", "label"),
        ("Text.\n\n:label: eq-cost", "option"),
    ],
)
def test_raw_markup_is_found(markdown, kind):
    assert kind in raw_markup(new_notebook(cells=[new_markdown_cell(markdown)]))


def test_glue_is_found():
    assert raw_markup(new_notebook(cells=[new_code_cell('glue("cost", COST)')])) == ["glue"]


def test_mathematics_and_code_are_no_markup():
    text = "For $f(x)=1$ and $W^{(l)}$, `(e14)` and $(l)=2$.\n\n```sh\nmake book\n```\n\n| a |\n| --- |\n| 1 |"
    assert raw_markup(new_notebook(cells=[new_markdown_cell(text), new_code_cell("f(x) == {1: 2}")])) == []


def anchors(notebook):
    """The anchors of a notebook, and the title of the theorem about each formula and theorem."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles, title, last = {}, None, ""
    for match in re.finditer(r'<a id="([\w-]+)"></a>|^> \*\*(\w+: .*)\*\*', text, re.MULTILINE):
        label, named = match.groups()
        title = named or title
        if label and label.startswith("eq-"):
            titles[label] = title.partition(": ")[2]
        elif named and last.startswith(("thm-", "def-")):
            titles[last] = named
        last = label or last
    return re.findall(r'<a id="([\w-]+)"></a>', text), titles


def link_problems(notebooks):
    """Which links of the notebooks, {name: notebook}, lead nowhere, or name a theorem by another title than its own."""
    known = {name: anchors(notebook) for name, notebook in notebooks.items()}
    found = []
    for here, notebook in notebooks.items():
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        for words, page, anchor in re.findall(r"(?<!!)\[([^\]]*)\]\((?:(\w+)\.ipynb)?#([\w-]+)\)", text):
            labels, titles = known.get(page or here, ((), {}))
            if anchor not in labels:
                found.append(f"{here}: no {anchor} in {page or here}")
            title = titles.get(anchor, "")
            kind, _, name = title.rpartition(": ")
            if words.endswith('"') and words not in (f'"{name}"', f'{kind} "{name}"'):
                found.append(f"{here}: {anchor} is called {words}, and it is {title}")
    return found


def test_links_lead_to_what_they_name():
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
    assert sum(len(anchors(notebook)[1]) for notebook in notebooks.values()) > 80
    assert link_problems(notebooks) == []


THEOREM = '<a id="thm-one"></a>\n\n> **Theorem: One and one**\n>\n> Then <a id="eq-one"></a>'


def test_a_link_that_leads_nowhere_and_a_wrong_title_are_found():
    cells = [THEOREM, '["One and one"](#eq-one), [Theorem "One and one"](#thm-one) and [text](#thm-one)']
    one = new_notebook(cells=list(map(new_markdown_cell, cells)))
    assert link_problems({"a": one}) == []
    texts = ('["Two"](a.ipynb#eq-one)', '[Definition "One and one"](a.ipynb#thm-one)', "[x](a.ipynb#thm-x)", "[x](#y)")
    other = new_notebook(cells=list(map(new_markdown_cell, texts)))
    assert link_problems({"a": one, "b": other}) == [
        'b: eq-one is called "Two", and it is One and one',
        'b: thm-one is called Definition "One and one", and it is Theorem: One and one',
        "b: no thm-x in a",
        "b: no y in b",
    ]


def sources(*cells):
    """The cells that the book makes of these, which are Markdown, or code after ``>>>``."""
    notebook = in_myst(
        new_notebook(
            cells=[new_code_cell(text[4:]) if text.startswith(">>> ") else new_markdown_cell(text) for text in cells]
        )
    )
    return [cell.source for cell in notebook.cells]


def test_a_theorem_takes_the_formula_that_the_next_cell_returns():
    assert sources("Before.\n\n" + THEOREM, ">>> ONE", "> for all.\n\nAfter.") == [
        "Before.\n\n````{prf:theorem} One and one\n:label: thm-one\n\nThen\n\n"
        "```{returned-formula} 1\n:label: eq-one\n```\n\nfor all.\n````\n",
        "ONE",
        "\nAfter.",
    ]


def test_the_cell_with_the_formula_is_not_shown_again():
    notebook = new_notebook(cells=[new_markdown_cell(THEOREM), new_code_cell("ONE"), new_code_cell("TWO")])
    assert [cell.metadata.get("tags") for cell in in_myst(notebook).cells[1:]] == [["remove-cell"], None]


def test_a_theorem_takes_several_formulas_one_after_the_other_or_apart():
    head, *_ = sources(
        THEOREM + '<a id="eq-two"></a>', ">>> ONE", ">>> TWO", '> and <a id="eq-three"></a>', ">>> THREE"
    )
    formulas = re.findall(r"\{returned-formula\} (\d)\n:label: (\S+)", head)
    assert formulas == [("1", "eq-one"), ("2", "eq-two"), ("4", "eq-three")]
    assert head.endswith("```\n````\n") and "\n\nand\n\n" in head


def test_a_theorem_without_a_label_at_its_end_takes_nothing():
    plain = THEOREM.replace(' <a id="eq-one"></a>', " 1 = 1.\n\nText.")
    assert sources(plain, ">>> ONE", "> A quotation.") == [
        "````{prf:theorem} One and one\n:label: thm-one\n\nThen 1 = 1.\n````\n\nText.",
        "ONE",
        "> A quotation.",
    ]


def test_a_formula_that_is_typed_has_its_label():
    (text,) = sources(THEOREM.replace("Theorem:", "Definition:") + "\n>\n> $$1 + 1 = 2$$\n>\n> holds.\n\nText.")
    assert text == (
        "````{prf:definition} One and one\n:label: thm-one\n\nThen\n\n"
        "```{math}\n:label: eq-one\n1 + 1 = 2\n```\n\nholds.\n````\n\nText."
    )


@pytest.mark.parametrize(
    ("plain", "myst"),
    [
        ('[Theorem "One"](a.ipynb#thm-one)', "{prf:ref}`thm-one`"),
        ("[One](#thm-one)", "{prf:ref}`One <thm-one>`"),
        ('["One"](a.ipynb#eq-one)', "{eq}`eq-one`"),
        ("[figure](#fig-one)", "{numref}`fig-one`"),
        ("[Glorot, 2010](references.md#glorot2010)", "{cite}`glorot2010`"),
        ("[A, 1](references.md#a1), [B, 2](references.md#b2)", "{cite}`a1,b2`"),
        (
            "[`forward`](api/network.md#sparseae_lib.network.forward)",
            "{py:obj}`forward <sparseae_lib.network.forward>`",
        ),
        ("[`x` here](a.ipynb#there)", "[`x` here](#there)"),
        ("[a chapter](a.ipynb)", "[a chapter](a.ipynb)"),
        ("`[One](#thm-one)`", "`[One](#thm-one)`"),
        ('<a id="e1"></a><a id="e2"></a>\nE1 is right.', "(e1)=\n(e2)=\nE1 is right."),
        ('<a id="here"></a>\n\n## Here', "(here)=\n\n## Here"),
        ("{prf:ref}`thm-one` of (e1)=", "{prf:ref}`thm-one` of (e1)="),
    ],
)
def test_links_and_anchors(plain, myst):
    assert sources(plain) == [myst]


def test_exercises_and_solutions_end_at_the_next_heading_or_rule():
    exercise = '<a id="ex-{0}"></a>\n\n### Exercise\n\nTry {0}.'
    cells = sources(exercise.format("a"), "#### Solution", ">>> A", exercise.format("b"), "## Next\n\n---\n\nText")
    assert cells == [
        "```{exercise-start}\n:label: ex-a\n```\n\nTry a.",
        "```{exercise-end}\n```\n\n```{solution-start} ex-a\n:class: dropdown\n```",
        "A",
        "```{solution-end}\n```\n\n```{exercise-start}\n:label: ex-b\n```\n\nTry b.",
        "```{exercise-end}\n```\n\n## Next\n\n---\n\nText",
    ]
    cells = sources(exercise.format("a").replace("Exercise", "Exercise: One"), "#### Solution", "It is.\n\n---\n\nText")
    assert cells[0].startswith("```{exercise-start} One\n:label: ex-a\n")
    assert cells[-1] == "It is.\n\n```{solution-end}\n```\n\n\n\nText"


def test_the_last_solution_ends_with_the_notebook_and_a_comment_in_code_is_no_heading():
    cells = sources('<a id="ex-a"></a>\n\n### Exercise\n\n```sh\n# a comment\n```', "#### Solution", ">>> A")
    assert cells == [
        "```{exercise-start}\n:label: ex-a\n```\n\n```sh\n# a comment\n```",
        "```{exercise-end}\n```\n\n```{solution-start} ex-a\n:class: dropdown\n```",
        "A",
        "```{solution-end}\n```",
    ]


def test_a_caption_goes_to_the_cell_above_it():
    notebook = new_notebook(
        cells=[
            new_code_cell("draw()", metadata={"mystnb": {"image": {"alt": "A line."}}}),
            new_markdown_cell('<a id="fig-line"></a>\n**Figure.** A line, of ["One"](#eq-one).\n\nText.'),
        ]
    )
    draw, text = in_myst(notebook).cells
    figure = {"caption": "A line, of {eq}`eq-one`.", "name": "fig-line"}
    assert draw.metadata == {"mystnb": {"image": {"alt": "A line."}, "figure": figure}}
    assert text.source == "Text."


def test_a_picture_with_a_caption_is_a_figure():
    picture = '<img src="_static/line.svg" alt="A line." width="20" class="margin">'
    assert sources(f'{picture}\n\n<a id="fig-line"></a>\n**Figure.** It is *straight*.\n\nText.') == [
        "```{figure} _static/line.svg\n:name: fig-line\n:alt: A line.\n:width: 20\n:figclass: margin\n\n"
        "It is *straight*.\n```\n\nText."
    ]


def test_a_list_in_a_division_is_cards():
    items = "- **Mend.** See [the ledger](errata.ipynb).\n- **Learn.** Start.\n"
    assert sources(f'<div class="cards">\n\n{items}\n</div>\n\nText.') == [
        "::::{grid} 1 2 2 2\n:gutter: 2\n\n"
        ":::{grid-item-card} Mend\nSee [the ledger](errata.ipynb).\n:::\n\n"
        ":::{grid-item-card} Learn\nStart.\n:::\n::::\n\nText."
    ]


def test_a_theorem_with_its_formula_stands_in_one_place_in_a_rendered_notebook():
    formula = new_output("execute_result", data={"text/latex": "$1 + 1 = 2$", "text/plain": "2"}, execution_count=1)
    cells = [new_markdown_cell(THEOREM), new_code_cell("ONE", outputs=[formula], execution_count=1)]
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(new_notebook(cells=cells))
    page = BeautifulSoup(html, "html.parser")
    assert page.blockquote.get_text(" ", strip=True) == "Theorem: One and one Then"
    assert re.search(r"One and one.*Then.*1 \+ 1 = 2", page.get_text(), re.DOTALL)
    assert page.find(id="thm-one") and page.find(id="eq-one")
