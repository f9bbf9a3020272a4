"""Look at cards, and at what a link lands on, in a browser: is a symbol cut, and is the place in sight?"""

import contextlib

from tools.page_checker import FILLED, FIRST_VISIT, WHOLE

WIDTHS = (1280, 768, 390)
HEIGHT = 800
PAPER = 718
"""The width of A4 without its margins, in pixels."""

# What fits formulas waits for the fonts as well; it was there first, and a frame later it is done.
FITTED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await document.fonts.ready;
  await frame();
  await frame();
}"""

# Formulas and words of these cards that stick out of the window, or of a box around them that hides or scrolls them.
CUT = r"""
async cards => {
  for (const fold of document.querySelectorAll(`${cards} details`)) fold.open = true;
  await new Promise(resolve => setTimeout(resolve, 500)); // the page hears of it, and fits the formulas inside
  const problems = [];
  const outer = document.documentElement.clientWidth;
  for (const card of document.querySelectorAll(cards)) {
    const parts = [...card.querySelectorAll("mjx-math, .kinds, .number, .verdict, dd, .decision")];
    for (const part of parts) {
      const box = part.getBoundingClientRect();
      const cut = [box.left < -1 || box.right > outer + 1 || box.width === 0 || part.scrollWidth > part.clientWidth + 1
        && getComputedStyle(part).display !== "inline"];
      for (let around = part.parentElement; around; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        const edge = around.getBoundingClientRect();
        if (around === card || overflowX !== "visible") {
          cut.push(box.left < edge.left - 1 || box.right > edge.right + 1);
        }
        if (around === card || !["visible", "auto", "scroll"].includes(overflowY)) {
          cut.push(box.top < edge.top - 1 || box.bottom > edge.bottom + 1);
        }
      }
      if (cut.some(Boolean)) {
        problems.push(`${card.querySelector(".number").textContent}: ${part.className || part.tagName}`);
      }
    }
  }
  return problems;
}
"""

# How far below the top of the window an element begins, and whether a decision begins within a screen of it.
SEEN = r"""
id => {
  const top = document.getElementById(id).getBoundingClientRect().top;
  const decided = [...document.querySelectorAll(".decision, .decisions")]
    .some(box => box.offsetHeight > 0 && Math.abs(box.getBoundingClientRect().top - top) <= innerHeight);
  return { top, decided };
}
"""


@contextlib.contextmanager
def opened(browser, address, width=WIDTHS[0]):
    """The page at ``address``, once its formulas are fitted, in a window of this width."""
    # Without motion: a jump is over as soon as it has begun.
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
    context.add_init_script(FIRST_VISIT)
    page = context.new_page()
    page.set_default_timeout(120_000)  # a busy machine is slow
    page.goto(address, wait_until="load")
    page.wait_for_function(FILLED)
    page.evaluate(FITTED)
    yield page
    context.close()


def cut_symbols(page):
    """What is cut of the cards on a page, on any screen and on paper, a sentence each."""
    found = []
    page.add_style_tag(content=WHOLE)
    for width, media in (*((width, "screen") for width in WIDTHS), (PAPER, "print")):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(media=media)
        found += (f"{media}, {width} px: {problem} is cut" for problem in page.evaluate(CUT, "article.line"))
    return found


def landings(page, anchors):
    """{anchor: how far from the top it is, and whether a decision is within a screen}, after a jump to each."""
    found = {}
    for anchor in anchors:
        page.evaluate("anchor => { location.hash = anchor }", anchor)
        page.evaluate(FITTED)  # and what is around it is laid out
        found[anchor] = page.evaluate(SEEN, anchor)
    return found
