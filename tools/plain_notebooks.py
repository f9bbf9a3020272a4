"""The chapters as plain Markdown, which any Jupyter shows, and what the book makes of it.

A notebook has no directives, roles and labels. What the book needs is written so that it reads well by itself:

``<a id="e14"></a>`` before a paragraph or a heading
    an anchor, which nobody sees.
``[Theorem "The cost"](output_delta.ipynb#thm-cost)``, ``["The cost"](output_delta.ipynb#eq-cost)``
    links, in place of which the book prints "Theorem 4.1" and "(4.1)". Any other text stays as it is.
``> **Theorem: The cost**`` after its anchor
    a theorem, which goes on to the end of the quotation. An anchor ``eq-...`` at the end of a paragraph labels the
    formula that follows: mathematics, or what the next cell returns. Quoted text after that cell belongs to it too.
``### Exercise`` after its anchor, ``#### Solution``
    each goes on to the next heading or rule.
``**Figure.** The caption.`` after its anchor
    the caption of what the cell above draws, or of the picture ``<img src="..." alt="...">`` in the paragraph above.
``<div class="cards">``, a list whose items begin in bold, ``</div>``, with blank lines between
    cards side by side.
``[Glorot and Bengio, 2010](references.md#glorot2010)``, ``[text](api/network.md#sparseae_lib.network.forward)``
    a citation, and a function in the reference.

``read`` is the reader of notebooks that MyST-NB is given: it writes all that in MyST, cell by cell. This module is a
Sphinx extension as well, for the formula that a cell returns.
"""

import re

import nbformat
from myst_nb.ext.glue.directives import PasteMathDirective
from nbformat.v4 import new_markdown_cell

ANCHOR = r'<a id="([\w-]+)"></a>'
BOX = re.compile(rf"^(?:{ANCHOR}\n+)?((?:> \*\*\w+: .*(?:\n|\Z))(?:>.*(?:\n|\Z))*)", re.MULTILINE)
TITLE = re.compile(r"\*\*(\w+): (.*)\*\*")
LABELLED = re.compile(rf"\s*((?:{ANCHOR})+)\Z")
FORMULA = re.compile(rf"\s*{ANCHOR}\n\n\$\$(.*?)\$\$", re.DOTALL)
QUOTED = re.compile(r"\A(?:>.*(?:\n|\Z))+")
FENCED = re.compile(r"(^(?P<fence>```+|:::+).*?^(?P=fence)[ \t]*$)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(rf"^(?:{ANCHOR}\n+)?(#{{1,6}} (.*)|---)$", re.MULTILINE)
ANCHORS = re.compile(rf"^((?:{ANCHOR})+)$", re.MULTILINE)
CAPTION = re.compile(rf"(?:{ANCHOR}\n+)?\*\*Figure\.\*\* (.*(?:\n.+)*)")
PICTURE = re.compile(rf'<img src="([^"]+)"((?: \w+="[^"]*")*)>\n\n{CAPTION.pattern}')
CARDS = re.compile(r'<div class="cards">\n\n((?:- .*\n)+)\n</div>')
LINK = re.compile(r"(?P<code>`+)[^`].*?(?P=code)|(?<!!)\[(?P<text>[^\]]*)\]\((?P<page>[\w/.-]*)#(?P<anchor>[\w.-]+)\)")


def setup(app):
    app.add_directive("returned-formula", ReturnedFormula)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class ReturnedFormula(PasteMathDirective):
    """The formula that the cell with this number returns, as a displayed equation with a label."""

    def run(self):
        client = self.document["nb_renderer"].renderer.nb_client
        _, outputs = client.code_cell_outputs(int(self.arguments[0]))
        client.glue_data[self.arguments[0]] = outputs[-1] if outputs else {"data": {}}
        return super().run()


def read(text):
    """The notebook in ``text``, its Markdown written in MyST."""
    return in_myst(nbformat.reads(text, as_version=4))


def in_myst(notebook):
    """The plain ``notebook`` with its Markdown written in MyST; the cells keep their places."""
    cells = notebook.cells
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            cell.source = _with_captions(cell.source, cells[place - 1] if place else None)
            cell.source = BOX.sub(lambda box, place=place: _theorem(box, cells, place), cell.source)
    _gate_exercises(cells)
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = ANCHORS.sub(lambda line: "\n".join(f"({label})=" for label in _labels(line[1])), cell.source)
            cell.source = LINK.sub(_reference, cell.source).replace("`, {cite}`", ",")
    return notebook


def _labels(anchors):
    return re.findall(ANCHOR, anchors)


def _theorem(box, cells, place):
    """The directive of the box in the cell at ``place``, to which the cells after it may belong."""
    label, quotation = box.groups()
    text = _unquoted(quotation)
    kind, title = TITLE.match(text).groups()
    text = text[TITLE.match(text).end() :]
    if box.end() == len(box.string):
        while labels := LABELLED.search(text):
            text = text[: labels.start()]
            for label_of_formula in _labels(labels[1]):
                place += 1
                cells[place].metadata.setdefault("tags", []).append("remove-cell")
                text += f"\n\n```{{returned-formula}} {place}\n:label: {label_of_formula}\n```"
            following = cells[place + 1] if place + 1 < len(cells) else new_markdown_cell()
            if following.cell_type == "markdown" and (rest := QUOTED.match(following.source)):
                following.source = following.source[rest.end() :]
                place, text = place + 1, f"{text}\n\n{_unquoted(rest[0])}"
                if following.source:
                    break
    text = FORMULA.sub(lambda found: f"\n\n```{{math}}\n:label: {found[1]}\n{found[2].strip()}\n```", text)
    return f"````{{prf:{kind.lower()}}} {title}\n:label: {label}\n\n{text.strip()}\n````\n"


def _unquoted(quotation):
    return re.sub("^> ?", "", quotation, flags=re.MULTILINE).rstrip()


def _gate_exercises(cells):
    """Write the directives that begin and end the exercises and their solutions."""
    open_one, exercise = None, None

    def gated(heading):
        nonlocal open_one, exercise
        label, line, title = heading.groups()
        text = f"```{{{open_one}-end}}\n```\n\n" if open_one else ""
        before, open_one = open_one, None
        if match := re.fullmatch("### Exercise(?:: (.*))?", line):
            open_one, exercise = "exercise", label
            return f"{text}```{{exercise-start}} {match[1] or ''}".rstrip() + f"\n:label: {label}\n```"
        if line == "#### Solution" and before == "exercise":
            open_one = "solution"
            return f"{text}```{{solution-start}} {exercise}\n:class: dropdown\n```"
        return text + (heading[0] if title or not before else "")

    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _outside_fences(cell.source, lambda text: HEADING.sub(gated, text))
    if open_one:
        cells.append(new_markdown_cell(f"```{{{open_one}-end}}\n```"))


def _outside_fences(text, change):
    parts = FENCED.split(text)  # text, fenced text and its fence in turn
    return "".join(change(part) if k % 3 == 0 else part for k, part in enumerate(parts) if k % 3 != 2)


def _with_captions(text, above):
    """The text with its pictures as figures; a caption that begins it goes to the cell ``above``, which draws."""
    caption = CAPTION.match(text)
    if caption and above is not None and above.cell_type == "code":
        figure = {"caption": LINK.sub(_reference, caption[2])} | ({"name": caption[1]} if caption[1] else {})
        above.metadata["mystnb"] = above.metadata.get("mystnb", {}) | {"figure": figure}
        text = text[caption.end() :].lstrip("\n")
    return CARDS.sub(_cards, PICTURE.sub(_figure, text))


def _figure(picture):
    source, attributes, label, caption = picture.groups()
    options = {"name": label} | dict(re.findall(r'(\w+)="([^"]*)"', attributes))
    options["figclass"] = options.pop("class", None)  # the class is that of the picture with its caption
    lines = [f":{name}: {value}" for name, value in options.items() if value]
    return "\n".join((f"```{{figure}} {source}", *lines, "", caption, "```"))


def _cards(found):
    cards = re.findall(r"^- \*\*(.*?)\.?\*\* (.*)$", found[1], re.MULTILINE)
    inner = [f":::{{grid-item-card}} {title}\n{text}\n:::" for title, text in cards]
    return "\n\n".join((f"::::{{grid}} 1 {len(cards)} {len(cards)} {len(cards)}\n:gutter: 2", *inner)) + "\n::::"


def _reference(link):
    """A link in MyST; code is left as it is."""
    if link["code"]:
        return link[0]
    text, page, anchor = link["text"], link["page"], link["anchor"]
    if page.startswith("references."):
        return f"{{cite}}`{anchor}`"
    if page.startswith("api/"):
        return f"{{py:obj}}`{text.strip('`')} <{anchor}>`"
    if anchor.startswith("eq-"):
        return f"{{eq}}`{anchor}`"
    if anchor.startswith("fig-"):
        return f"{{numref}}`{anchor}`"
    if anchor.startswith(("thm-", "def-")):
        return f"{{prf:ref}}`{anchor}`" if re.match(r'\w+ "', text) else f"{{prf:ref}}`{text} <{anchor}>`"
    return f"[{text}](#{anchor})"
