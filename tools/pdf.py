"""Print the built book as one PDF: its pages in the order of the contents, with bookmarks, links and page numbers.

Chromium prints each page by itself, with the styles in ``print.css``. Here they are put together. A link to another
page of the book leads to its place in the PDF; so that each place is known, a page is printed with a link of its own
to everything that other pages link to.
"""

import re
import sys
import time
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from itertools import accumulate
from unicodedata import normalize
from urllib.parse import unquote, urldefrag, urljoin

import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NullObject

from tools.downloads import PDF, show_pdf
from tools.page_checker import find_chromium, open_browser, serve
from tools.release import ROOT, newest

PAPER = {"format": "A4", "prefer_css_page_size": True, "print_background": True}

# Run in the page, which fits itself to the paper: unfold what is folded, and wait for what is not there.
PREPARE = r"""
async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  while (document.querySelector("mjx-container noscript")) await new Promise(requestAnimationFrame);
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const folded of document.querySelectorAll(".toggle-hidden")) folded.classList.remove("toggle-hidden");
  for (const image of document.images) { image.loading = "eager"; await image.decode().catch(() => 0); }
  // A section may begin at the foot of a page, and its heading on the next one: links lead to the heading.
  for (const section of document.querySelectorAll("article section[id]")) {
    const heading = section.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)");
    if (!heading || heading.id) continue;
    heading.id = section.id;
    section.removeAttribute("id");
  }
}
"""
# Run in the page: a link to each of these places, so small that it is not seen.
POINT = r"""
names => {
  const list = document.createElement("p");
  list.style.cssText = "position: absolute; top: 0; font-size: 1px; line-height: 0; margin: 0; color: transparent; "
    + "overflow-wrap: anywhere"; // after the text it might get a page of its own
  for (const name of names) {
    if (!document.getElementById(name)) continue;
    const link = document.createElement("a");
    link.href = "#" + name;
    link.textContent = ".";
    link.style.cssText = "color: transparent; text-decoration: none";
    list.append(link);
  }
  document.querySelector("article").append(list);
}
"""


@dataclass
class Chapter:
    """A page of the book: its file, its part, its title, its sections, and what it links to.

    ``sections`` are {place: title}; ``links`` are written as ``file#place``.
    """

    file: str
    part: str = ""
    title: str = ""
    sections: dict[str, str] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)


def read_chapters(contents, folder):
    """The pages that the text of a ``_toc.yml`` lists, in order, as they are in ``folder``."""
    contents = yaml.safe_load(contents)
    listed = [Chapter(f"{contents['root']}.html")]
    for part in contents["parts"]:
        for chapter in part["chapters"]:
            files = [each["file"] for each in (chapter, *chapter.get("sections", ()))]
            listed += [Chapter(f"{file}.html", part["caption"]) for file in files]
    for chapter in listed:
        page = BeautifulSoup((folder / chapter.file).read_text(encoding="utf-8"), "html.parser")
        for mark in page.select(".headerlink"):
            mark.decompose()
        chapter.title = words(page.select_one("article h1"))
        sections = page.select("article section:has(> h2)")
        chapter.sections = {section["id"]: words(section.find("h2", recursive=False)) for section in sections}
        chapter.links = {urljoin(chapter.file, link["href"]) for link in page.select("article a[href]")}
    return listed


def words(heading):
    """The words of a heading, with its formulas as they are typed."""
    return re.sub(r"\\\((.*?)\\\)", r"\1", " ".join(heading.get_text().split()))


def print_pages(chapters, address, browser):
    """What Chromium prints of each chapter, as it is served at ``address``."""
    places = {place for chapter in chapters for place in chapter.links}
    page = browser.new_page(viewport={"width": 665, "height": 1000})
    page.emulate_media(media="print", color_scheme="light")
    for chapter in chapters:
        names = {unquote(name) for file, name in map(urldefrag, places) if file == chapter.file} - {""}
        page.goto(f"{address}/{chapter.file}", wait_until="networkidle")
        page.evaluate(PREPARE)
        page.evaluate(POINT, sorted(names | set(chapter.sections)))
        printed = without_last_edge(PdfReader(BytesIO(page.pdf(**PAPER))))
        print(f"{chapter.file}: {len(printed.pages)} pages", flush=True)
        yield printed
    page.close()


def without_last_edge(printed):
    """What was printed, without a last page that has nothing but the lower edge of a box."""
    last = printed.pages[-1]
    if len(printed.pages) == 1 or last.extract_text().strip() or last.images:
        return printed
    writer = PdfWriter()
    writer.append(printed, pages=(0, len(printed.pages) - 1))
    shorter = BytesIO()
    writer.write(shorter)
    return PdfReader(shorter)


def print_html(body, browser):
    """What Chromium prints of a page of its own."""
    page = browser.new_page()
    page.set_content(f"<!doctype html><meta charset=utf-8><style>{FRONT}</style>{body}")
    printed = PdfReader(BytesIO(page.pdf(**PAPER)))
    page.close()
    return printed


FRONT = """
@page { size: A4; margin: 18mm 17mm 12mm; }
body { font: 10.5pt sans-serif; margin: 0; }
h1 { font-size: 24pt; margin: 45mm 0 5mm; }
h2 { font-size: 11pt; margin: 5mm 0 1mm; }
.new { break-before: page; }
.line { display: flex; gap: 3mm; line-height: 1.5; }
.line span:first-child { flex: 1; }
.number { height: 266mm; display: flex; align-items: flex-end; justify-content: center; font-size: 9pt; }
.number + .number { break-before: page; }
"""


def book_title():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["title"]


def front(chapters, numbers):
    """The title and the contents, with the page on which each chapter begins."""
    version, date = newest()
    name, _, subject = book_title().partition(": ")
    lines, part = [], ""
    for chapter, number in zip(chapters, numbers, strict=True):
        if chapter.part != part:
            part = chapter.part
            lines.append(f"<h2>{escape(part)}</h2>")
        lines.append(f'<div class="line"><span>{escape(chapter.title)}</span><span>{number}</span></div>')
    about = f"Version {version}, {date}. The text is under CC BY 4.0, the code under the MIT licence."
    return (
        f"<h1>{escape(name)}</h1><p>{escape(subject[:1].upper() + subject[1:])}</p><p>The sparseae_lib project</p>"
        f'<p>{about}</p><h2 class="new">Contents</h2>{"".join(lines)}'
    )


def put_together(chapters, printed, address, browser):
    """One PDF of what was printed, with title, contents, bookmarks, page numbers, and links within it."""
    sizes = [len(each.pages) for each in printed]
    opening = print_html(front(chapters, [1] * len(chapters)), browser)  # it takes as many pages with other numbers
    starts = list(accumulate(sizes, initial=len(opening.pages)))[:-1]
    opening = print_html(front(chapters, [start + 1 for start in starts]), browser)
    writer = PdfWriter()
    writer.append(opening)
    where = {}
    for chapter, pages, start in zip(chapters, printed, starts, strict=True):
        where[chapter.file] = (start, None)
        for name, place in pages.named_destinations.items():
            number = start + pages.get_destination_page_number(place)
            where[f"{chapter.file}#{unquote(name.removeprefix('/'))}"] = (number, place.top)
        writer.append(pages, import_outline=False)
    starts = list(zip(chapters, starts, strict=True))
    link_within(writer, starts, where, address)
    add_outline(writer, starts, where)
    add_numbers(writer, len(opening.pages), browser)
    version, _ = newest()
    writer.add_metadata(
        {"/Title": book_title(), "/Author": "The sparseae_lib project", "/Subject": f"Version {version}"}
    )
    writer.compress_identical_objects()
    return writer


def link_within(writer, starts, where, address):
    """Let every link lead to its place in the PDF; one to what is not in it is taken away."""
    files = [None] * starts[0][1]
    for (chapter, start), (_, end) in zip(starts, [*starts[1:], (None, len(writer.pages))], strict=True):
        files += [chapter.file] * (end - start)
    for page, file in zip(writer.pages, files, strict=True):
        kept = ArrayObject()
        for reference in page.get("/Annots", ()):
            link = reference.get_object()
            target = _target(link, file, address)
            if target is None:
                kept.append(reference)
            elif found := where.get(target) or where.get(urldefrag(target)[0]):
                number, top = found
                for key in ("/A", "/Dest"):
                    link.pop(key, None)
                height = NullObject() if top is None else FloatObject(top)
                to = [writer.pages[number].indirect_reference, NameObject("/XYZ"), NullObject(), height, NullObject()]
                link[NameObject("/Dest")] = ArrayObject(to)
                kept.append(reference)
        page[NameObject("/Annots")] = kept


def _target(link, file, address):
    """Where a link within the book leads, as ``file#place``; None for one that leads elsewhere."""
    action = link.get("/A", DictionaryObject()).get_object()
    if "/URI" in action:
        uri = str(action["/URI"])
        return unquote(uri.removeprefix(f"{address}/")) if uri.startswith(f"{address}/") else None
    name = link.get("/Dest", action.get("/D"))
    return None if name is None else f"{file}#{unquote(str(name).removeprefix('/'))}"


def add_outline(writer, starts, where):
    """A bookmark for each part, in it each chapter, in it each of its sections."""
    part, parent = "", None
    for chapter, start in starts:
        if chapter.part != part:
            part, parent = chapter.part, writer.add_outline_item(title=chapter.part, page_number=start)
        own = writer.add_outline_item(title=chapter.title, page_number=start, parent=parent)
        for name, title in chapter.sections.items():
            writer.add_outline_item(title=title, page_number=where[f"{chapter.file}#{name}"][0], parent=own)


def add_numbers(writer, first, browser):
    """Print its number at the foot of each page from ``first`` on, counted from the title."""
    numbers = "".join(f'<div class="number">{number + 1}</div>' for number in range(first, len(writer.pages)))
    for page, number in zip(writer.pages[first:], print_html(numbers, browser).pages, strict=True):
        page.merge_page(number)
        page.compress_content_streams()  # which merging has unpacked


def main():
    start, folder = time.perf_counter(), ROOT / "_build" / "html"
    executable = find_chromium()
    if executable is None:
        print("make pdf needs Chromium (apt-get install chromium on Debian)", file=sys.stderr)
        return 1
    path = write(folder, executable)
    print(f"{path} in {time.perf_counter() - start:.0f} s")
    return 0


def write(folder, executable):
    """Print the book in ``folder`` into its PDF there, and show the links to it. Returns its path."""
    chapters = read_chapters((ROOT / "_toc.yml").read_text(encoding="utf-8"), folder)
    with serve(folder) as address, open_browser(executable) as browser:
        printed = list(print_pages(chapters, address, browser))
        book = put_together(chapters, printed, address, browser)
    path = folder / PDF
    path.parent.mkdir(exist_ok=True)
    book.write(path)
    if found := problems(PdfReader(path), chapters):
        path.unlink()
        raise ValueError("\n".join(found))
    show_pdf(folder)
    return path


def problems(book, chapters):
    """What is wrong with the PDF of these chapters, a sentence each."""
    found = []
    expected, part = [], ""
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            expected.append((0, part))
        expected.append((bool(part), chapter.title))
        expected += [(bool(part) + 1, section) for section in chapter.sections.values()]
    bookmarks = list(_bookmarks(book.outline))
    if [(depth, mark.title) for depth, mark in bookmarks] != expected:
        found.append("the bookmarks are not the parts, chapters and sections of the book")
    parts = {chapter.part for chapter in chapters}
    texts = [page.extract_text() for page in book.pages]
    for depth, mark in bookmarks:
        number = book.get_destination_page_number(mark)
        if number is None:
            found.append(f"the bookmark of {mark.title} leads nowhere")
        elif (depth or mark.title not in parts) and not _words(mark.title) <= _words(texts[number]):
            found.append(f"{mark.title} is not on page {number + 1}, where its bookmark leads")
    first = book.get_destination_page_number(bookmarks[0][1]) if bookmarks else 0
    for number, page in enumerate(book.pages[first:], start=first + 1):
        text = texts[number - 1].split()
        if str(number) not in text:
            found.append(f"page {number} does not have its number")
        if len(text) < 2 and not page.images:
            found.append(f"page {number} is empty")
    return found


def _words(text):
    """The longer words of a text, without the commands of LaTeX; ligatures are taken apart."""
    return set(re.findall(r"(?<![\\\w])[a-z]{3,}", normalize("NFKC", text).lower()))


def _bookmarks(outline, depth=0):
    for each in outline:
        if isinstance(each, list):
            yield from _bookmarks(each, depth + 1)
        else:
            yield depth, each


if __name__ == "__main__":
    sys.exit(main())
