"""The PDF of the book, on a book of three small pages: what is in it, and that what is wrong with one is seen."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from tools.downloads import show_pdf
from tools.page_checker import serve
from tools.pdf import print_pages, problems, put_together, read_chapters

CONTENTS = """
root: book/intro
parts:
  - caption: Beginnings
    chapters:
      - file: book/one
        sections:
          - file: book/api/two
"""
PAGES = {
    "intro": "<section id=a><h1>First words</h1><p>See <a href='api/two.html#deep'>the depth</a>.</p></section>",
    "one": "<section id=a><h1>One thing<a class=headerlink href='#a'>#</a></h1><section id=b><h2>Its middle</h2>"
    "<details><summary>Folded</summary><p>unfolded</p></details><p><a href='#b'>Up</a></p>"
    "<div style='background: silver; height: 1100px'>A box.</div></section></section>",
    "api/two": "<section id=a><h1>Two things</h1><p style='height: 1500px'>long</p><p id=deep>Here it is.</p>"
    "<p><a href='https://example.org/'>Out</a> <a href='../nowhere.html'>Nowhere</a></p></section>",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        path = folder / "book" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<!doctype html><meta charset=utf-8><article>{text}</article>")
    return folder


@pytest.fixture(scope="module")
def chapters(folder):
    return read_chapters(CONTENTS, folder)


@pytest.fixture(scope="module")
def book(folder, chapters, browser):
    with serve(folder) as address:
        writer = put_together(chapters, list(print_pages(chapters, address, browser)), address, browser)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def reader(book):
    return PdfReader(BytesIO(book))


def text(page):
    return " ".join(page.extract_text().split())


def test_chapters_are_read_in_order_with_their_titles(chapters):
    assert [chapter.file for chapter in chapters] == ["book/intro.html", "book/one.html", "book/api/two.html"]
    assert [chapter.title for chapter in chapters] == ["First words", "One thing", "Two things"]
    assert (
        chapters[1].sections == {"b": "Its middle"} and [chapter.part for chapter in chapters][1:] == ["Beginnings"] * 2
    )


def test_the_book_has_title_contents_bookmarks_and_numbers(book, chapters):
    pdf = reader(book)
    assert problems(pdf, chapters) == []
    assert [len(pdf.pages), "Executable derivations" in text(pdf.pages[0])] == [6, True]
    assert text(pdf.pages[1]) == "Contents First words 3 Beginnings One thing 4 Two things 5"
    assert text(pdf.pages[3]).endswith("4") and "unfolded" in text(pdf.pages[3])
    assert pdf.metadata.title.startswith("Executable derivations")


def links(pdf, number):
    return [annotation.get_object() for annotation in pdf.pages[number].get("/Annots", ())]


def test_links_lead_within_the_book_and_out_of_it(book):
    pdf = reader(book)
    (deep, *_) = links(pdf, 2)
    assert pdf.get_page_number(deep["/Dest"][0].get_object()) == 5  # not on the first page of its chapter
    addresses = [link["/A"]["/URI"] for number in range(6) for link in links(pdf, number) if "/A" in link]
    assert addresses == ["https://example.org/"]  # nothing on a server that only printed, and not what is not there


def changed(book, change):
    writer = PdfWriter(clone_from=BytesIO(book))
    change(writer)
    file = BytesIO()
    writer.write(file)
    return PdfReader(BytesIO(file.getvalue()))


def lose_a_page(writer):
    del writer.pages[3]


def lose_the_bookmarks(writer):
    writer.root_object.pop("/Outlines")


def empty_a_page(writer):
    writer.pages[4].pop("/Contents")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lose_a_page, "does not have its number"),
        (lose_the_bookmarks, "the bookmarks are not"),
        (empty_a_page, "page 5 is empty"),
    ],
)
def test_what_is_wrong_with_a_book_is_seen(book, chapters, change, complaint):
    assert complaint in " ".join(problems(changed(book, change), chapters))


def test_links_to_the_pdf_are_shown_once_it_is_there(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<a class="book-pdf" hidden data-href="x.pdf">x</a> <p class="other" hidden>y</p>')
    show_pdf(tmp_path)
    assert page.read_text() == '<a class="book-pdf" href="x.pdf">x</a> <p class="other" hidden>y</p>'
