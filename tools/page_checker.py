"""Open built pages in headless Chromium and report what is wrong with them.

This is what every page must hold: its links, scripts and pictures, what is cut, contrast, a focus that one can see, and
whatever axe reports, for one a box that scrolls and that no key reaches. What a reader does on one page, step by step,
is in ``tests/test_pages.py``.
"""

import contextlib
import functools
import shutil
import threading
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

from tools.npm import package

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_NAMES += ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # no process in reserve: tabs keep theirs, so each visit would start one for nothing
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the pages are served here, and ask nobody else
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WINDOWS = {"light": DESKTOP, "dark": PHONE}
"""A page is opened wide in light colours and narrow in dark ones: where things stand does not depend on colours."""
TABS = 8
"""A multiple of the number of windows: each keeps its size and its colours."""

# Run before a page's own scripts. The theme takes its colour scheme from the local storage.
FIRST_VISIT = r"""
if (location.protocol.startsWith("http")) {
  localStorage.clear();
  sessionStorage.clear();
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  localStorage.setItem("mode", scheme);
  localStorage.setItem("theme", scheme);
}
"""

WHOLE = ":not(mjx-assistive-mml) { content-visibility: visible !important }"
"""A style: what is out of sight is laid out as if a reader had come by."""

FILLED = "!document.querySelector('mjx-container noscript')"
"""Whether all of the formulas is there, see ``waiting_formulas.js``."""

# Run in the page once MathJax has finished; returns sentences.
CONTENT_PROBLEMS = r"""
async () => {
  const problems = [];
  const short = text => text.trim().replace(/\s+/g, " ").slice(0, 80);
  for (const element of document.querySelectorAll(".math")) {
    if (element.querySelector("mjx-container")) continue;
    problems.push(`mathematics not rendered: ${short(element.textContent)}`);
  }
  for (const element of document.querySelectorAll("mjx-merror, [data-mjx-error]")) {
    problems.push(`mathematics in error: ${short(element.getAttribute("data-mjx-error") || element.textContent)}`);
  }
  // MathJax prints an undefined macro in red.
  for (const element of document.querySelectorAll("mjx-assistive-mml [mathcolor=red]")) {
    problems.push(`undefined macro: ${short(element.textContent)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("pre, code, script, style, noscript, template, mjx-container")) continue;
    if (/\\[([]|\$\$|\\begin\{|\$[^$\n]*[\\^_{][^$\n]*\$/.test(node.data)) {
      problems.push(`raw LaTeX in the text: ${short(node.data)}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  for (const id of new Set(ids.filter((id, k) => ids.indexOf(id) < k))) problems.push(`id given twice: ${id}`);
  if (!document.querySelector("link[rel~=icon]")) problems.push("no icon of its own");
  for (const image of document.images) {
    const source = image.getAttribute("src");
    if (!image.alt.trim()) problems.push(`image without alt text: ${source}`);
    // Sphinx falls back to the file's name.
    else if (/^\S+\.\w+$/.test(image.alt.trim())) problems.push(`alt text is a file name: ${image.alt}`);
    image.loading = "eager"; // one that waits until it is in sight would never be decoded
    const late = new Promise((_, reject) => setTimeout(reject, 5000));
    await Promise.race([image.decode(), late]).catch(() => problems.push(`image does not load: ${source}`));
    // Without them the text below moves when the image comes.
    const [width, height] = ["width", "height"].map(side => Number(image.getAttribute(side)));
    if (!width || !height) problems.push(`image without width and height: ${source}`);
    else if (image.naturalWidth && Math.abs(width * image.naturalHeight / (height * image.naturalWidth) - 1) > 0.02) {
      problems.push(`image out of proportion: ${source}`);
    }
  }
  // The pictures of the text, and not what a table or a button has to be clicked on.
  const pictures = document.querySelectorAll("article :is(img, svg):not(:is(td, button, summary, mjx-container) *)");
  for (const picture of pictures) {
    const name = picture.getAttribute("alt") || picture.getAttribute("aria-label");
    if (!name) problems.push("drawing without a name");
    if (!picture.closest("figure")?.querySelector("figcaption .caption-number")) {
      problems.push(`picture without a numbered caption: ${short(name || picture.outerHTML)}`);
    }
  }
  return problems;
}
"""

# A formula with a scrollbar that it does not need. MathJax hides a wider copy for screen readers in its box.
SCROLLBAR_PROBLEMS = r"""
() => {
  const problems = [];
  for (const box of document.querySelectorAll(".math")) {
    const formula = box.querySelector("mjx-math");
    if (!formula || !/auto|scroll/.test(getComputedStyle(box).overflowX)) continue;
    const bar = box.offsetHeight - box.clientHeight;
    if (bar > 2 && formula.getBoundingClientRect().width <= box.clientWidth + 1) {
      problems.push(`a formula that fits has a scrollbar: ${box.textContent.trim().slice(0, 40)}`);
    }
  }
  return problems.slice(0, 5);
}
"""

# What sticks out of the window and cannot be scrolled inside a box of its own.
OVERFLOW_PROBLEMS = r"""
() => {
  const width = document.documentElement.clientWidth;
  const problems = [];
  if (document.documentElement.scrollWidth > width) {
    problems.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} px`);
  }
  for (const { width, height, naturalWidth, naturalHeight, src } of document.querySelectorAll("article img")) {
    if (!width || !naturalWidth || Math.abs((width / height) * (naturalHeight / naturalWidth) - 1) < 0.05) continue;
    problems.push(`image out of shape: ${src.slice(0, 40)}`);
  }
  const scrolls = element => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(box).overflowX)) {
        const edge = box.getBoundingClientRect();
        if (edge.right <= width + 1) return true;
      }
    }
    return false;
  };
  for (const element of document.querySelectorAll("article *")) {
    if (element.closest("mjx-assistive-mml")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1 && !scrolls(element)) {
      problems.push(`wider than the window: <${element.tagName.toLowerCase()} class="${element.className}">`);
    }
  }
  return problems.slice(0, 5);
}
"""

# What is cut or has to be scrolled sideways, and code that is broken, among what is selected; folded or not.
WIDTH_PROBLEMS = r"""
async selected => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const fold of document.querySelectorAll(".toggle-hidden")) fold.classList.remove("toggle-hidden");
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  await frame();
  await frame();
  await document.fonts.ready; // for which the script waits that fits the formulas
  await frame();
  await frame();
  const problems = [];
  for (const element of document.querySelectorAll(selected)) {
    if (element.parentElement.closest("mjx-container, svg") || element.clientWidth < 2) continue;
    const wider = element.scrollWidth - element.clientWidth; // an accent sticks out a little
    const cut = wider > 3 && getComputedStyle(element).overflowX !== "visible";
    if (cut) problems.push(`wider than its box by ${wider} px: ${element.textContent.trim().slice(0, 40)}`);
  }
  return problems.slice(0, 5);
}
"""

# A formula in pieces that cannot be read from left to right and from line to line.
ORDER_PROBLEMS = r"""
() => {
  const problems = [];
  for (const formula of document.querySelectorAll("article mjx-math.broken")) {
    const em = parseFloat(getComputedStyle(formula).fontSize);
    const parts = [...formula.querySelectorAll(".piece > :not(.piece)")]
      .filter(part => !part.querySelector(".broken, .piece"))
      .map(part => part.getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && height > 0); // what is drawn, and no space
    const follows = (part, before) => {
      const lower = (part.top + part.bottom - before.top - before.bottom) / 2;
      const beside = Math.abs(lower) < em && part.top < before.bottom && part.bottom > before.top;
      return beside ? part.left > before.left - em : lower > 0 && part.left < before.right;
    };
    const k = parts.findIndex((part, k) => k > 0 && !follows(part, parts[k - 1]));
    const text = formula.parentElement.textContent.trim().slice(0, 40);
    if (k > 0) problems.push(`part ${k} of a formula does not follow the one before it: ${text}`);
  }
  return problems.slice(0, 5);
}
"""

# The page knows its new width once two frames have passed, and sees to what scrolls when it has nothing else to do, or
# after half a second: without a limit a page in which nothing moves may be called idle for ever, and never say so.
IDLE = r"""
async () => {
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await new Promise(resolve => requestIdleCallback(resolve, { timeout: 600 }));
}
"""

# Lines of cells that the column does not hold.
BROKEN_CODE = r"""
() => {
  const problems = [];
  for (const code of document.querySelectorAll("div.cell_input pre")) {
    const height = code.clientHeight;
    code.style.whiteSpace = "pre";
    const broken = code.clientHeight < height - 2;
    code.style.whiteSpace = "";
    if (broken) problems.push(`a line of code is broken: ${code.textContent.trim().slice(0, 40)}`);
  }
  return problems.slice(0, 5);
}
"""

# The name of what a row of a table is about, if it does not stand on one line.
BROKEN_NAMES = r"""
() => {
  const firsts = document.querySelectorAll("article table:not(.source-lines) tbody tr > :first-child code");
  const broken = [...firsts].filter(name => !/\s/.test(name.textContent) && name.getClientRects().length > 1);
  return broken.slice(0, 5).map(name => `a name is broken: ${name.textContent}`);
}
"""

# Text, typed by a reader too, whose contrast with its background is below 4.5 to 1, or 3 to 1 if it is large. What is
# folded counts: WIDTH_PROBLEMS unfolds it.
CONTRAST_PROBLEMS = r"""
() => {
  const parse = colour => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    const scale = colour.startsWith("color(") ? 255 : 1;
    return [r * scale, g * scale, b * scale, a];
  };
  const over = ([...top], [...bottom]) => {
    const [above, below] = [top.pop(), bottom.pop()];
    const alpha = above + below * (1 - above);
    return [...top.map((c, k) => alpha && (c * above + bottom[k] * below * (1 - above)) / alpha), alpha];
  };
  const layers = new Map(); // of an element, the boxes around it that paint something, itself first
  const layersOf = element => {
    if (!element) return [];
    if (!layers.has(element)) {
      const { backgroundColor, opacity } = getComputedStyle(element), around = layersOf(element.parentElement);
      const own = { ground: parse(backgroundColor), opacity: Number(opacity) };
      layers.set(element, own.ground[3] || own.opacity < 1 ? [own, ...around] : around);
    }
    return layers.get(element);
  };
  // A text and what lies behind it, as they come to be seen from the text outwards.
  const seen = element => {
    let colours = [parse(getComputedStyle(element).color), [0, 0, 0, 0]];
    for (const { ground, opacity } of layersOf(element)) {
      colours = colours.map(colour => over(colour, ground)).map(([r, g, b, a]) => [r, g, b, a * opacity]);
    }
    return colours.map(colour => over(colour, [255, 255, 255, 1]));
  };
  const luminance = ([...colour]) => {
    const rgb = colour.slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  };
  document.getAnimations().forEach(animation => animation.finish()); // what has been unfolded comes slowly
  const unread = "mjx-container, script, style, noscript, template, select *, .headerlink, :disabled";
  const between = ".search-button__kbd-shortcut"; // the plus between two keys
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const read = data.trim() && !parentElement.closest(unread) && !parentElement.matches(between);
    if (read) texts.push([data, parentElement]);
  }
  for (const control of document.querySelectorAll("input, select, textarea")) {
    const written = !control.disabled && !/^(hidden|checkbox|radio)$/.test(control.type);
    if (written) texts.push([control.value || control.placeholder, control]);
  }
  const problems = new Set();
  for (const [text, element] of texts) {
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const [light, dark] = seen(element).map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const { fontSize, fontWeight } = getComputedStyle(element);
    const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
    if (ratio < (large ? 3 : 4.5)) problems.add(`contrast ${ratio.toFixed(1)}: ${text.trim().slice(0, 40)}`);
  }
  return [...problems].slice(0, 5);
}
"""


# Controls that look the same whether the keyboard is at them or not. One of each kind is tried: they share their style.
FOCUS_PROBLEMS = r"""
() => {
  const problems = [], seen = new Set();
  const settle = () => document.getAnimations().forEach(animation => animation.finish());
  const look = control => {
    settle();
    return [control, ...control.querySelectorAll("*")].map(part => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(part);
      const outlined = outlineStyle !== "none" && outlineWidth !== "0px" && outlineColor !== "rgba(0, 0, 0, 0)";
      return outlined + boxShadow;
    }).join();
  };
  for (const element of document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex]")) {
    if (element.tabIndex < 0 || element.disabled) continue;
    const place = element.closest("header, nav, aside, article, footer, dialog")?.className;
    const kind = [element.tagName, element.type, element.className, element.parentElement.className, place].join();
    if (seen.has(kind) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const before = look(element);
    element.focus({ preventScroll: true });
    if (document.activeElement !== element) continue; // the browser lets no key get there
    seen.add(kind);
    const name = (element.textContent.trim() || element.outerHTML).replace(/\s+/g, " ").slice(0, 40);
    const shown = look(element) !== before && element.checkVisibility({ opacityProperty: true });
    if (!shown) problems.push(`focus is not visible: ${name}`);
    element.blur();
  }
  settle();
  return problems.slice(0, 5);
}
"""


# What is folded is looked at as well. Of a formula there stay its box and its text, and of code its text: their hundred
# parts take axe minutes. The contrast of text is left to CONTRAST_PROBLEMS, which sees all that axe sees of it; axe
# takes as long for that as for everything else.
ACCESSIBILITY_PROBLEMS = r"""
async () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const drawings = [...document.querySelectorAll("mjx-math")];
  for (const [k, { width, height }] of drawings.map(drawing => drawing.getBoundingClientRect()).entries()) {
    drawings[k].style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    drawings[k].replaceChildren();
  }
  for (const text of document.querySelectorAll("mjx-assistive-mml")) text.textContent = text.textContent;
  for (const word of document.querySelectorAll("pre span[class]:not(:has(*))")) word.replaceWith(word.textContent);
  document.body.normalize();
  // All that a rule finds has the impact of the rule, if it has one: a rule that finds nothing bad need not run.
  const isBad = ({ impact }) => ["serious", "critical"].includes(impact);
  const mild = axe._audit.rules.filter(rule => rule.impact && !isBad(rule));
  const left = [...mild.map(({ id }) => id), "color-contrast"];
  const rules = Object.fromEntries(left.map(id => [id, { enabled: false }]));
  const { violations } = await axe.run({ resultTypes: ["violations"], rules });
  const bad = violations.filter(isBad);
  return bad.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html }) => `axe, ${id}: ${help}: ${html.replace(/\s+/g, " ").slice(0, 120)}`));
}
"""


def find_chromium():
    """The path of an installed Chromium, or ``None``."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextlib.contextmanager
def open_browser(executable):
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=list(CHROMIUM_FLAGS),
            ignore_default_args=["--hide-scrollbars"],  # a reader has them
        )
        yield browser
        browser.close()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def serve(folder, handler=QuietHandler):
    """The address at which ``folder`` is served, without a trailing slash, on a free local port."""
    handler = functools.partial(handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Anchors(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found.update(value for name, value in attrs if name == "id" or (tag == "a" and name == "name"))


@functools.cache
def _anchors(path):
    parser = _Anchors()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.found


def link_problem(folder, address, link):
    """What is wrong with the full address ``link`` on the site in ``folder``; ``None`` where nothing is."""
    parts = urlsplit(link)
    if not link.startswith(f"{address}/"):
        here = parts.scheme == "file" or parts.hostname in ("localhost", "127.0.0.1", "::1")
        return f"a link to the reader's own machine: {link}" if here else None
    path = folder / unquote(parts.path).lstrip("/")
    if path.is_dir():
        path = path / "index.html"
    if not path.is_file():
        return f"broken link: {parts.path}"
    if parts.fragment and path.suffix == ".html" and unquote(parts.fragment) not in _anchors(path):
        return f"missing anchor: {parts.path}#{parts.fragment}"
    return None


@contextlib.contextmanager
def open_site(browser, folder):
    """A function that says what is wrong with pages of the site in ``folder``, which is served meanwhile.

    It takes their names, and returns {name: everything wrong with it, a sentence each}. Several are open at a time:
    while one waits for late requests, others load. A tab is used again and again: its process has the scripts compiled.
    It keeps its window, since what it shows would be laid out again in another, and so goes from page to page.
    """
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serve(folder))
        tabs = []

        def problems(names):
            found = {name: [] for name in names}
            visits = [(name, scheme) for name in names for scheme in WINDOWS]
            for _, scheme in visits[len(tabs) : TABS]:
                # Each with a storage of its own, in which the theme keeps its colour scheme.
                context = browser.new_context(viewport=WINDOWS[scheme], color_scheme=scheme)
                tabs.append(_Tab(stack.enter_context(context), folder, address, WINDOWS[scheme]))
            for start in range(0, len(visits), TABS):
                opened = list(zip(tabs, visits[start:], strict=False))
                for tab, (name, _) in opened:
                    tab.open(name)
                for tab, (name, scheme) in opened:
                    found[name] += (f"{scheme}: {problem}" for problem in tab.problems())
            return found

        yield problems


class _Tab:
    """A tab of the browser, in which one page is opened after the other."""

    def __init__(self, context, folder, address, window):
        self._folder, self._address, self._window, self._found = folder, address, window, []
        context.add_init_script(FIRST_VISIT)
        # Sent once a tab: on its way to each page, its half a megabyte took a tenth of the time of a visit.
        context.add_init_script((package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
        self._page = context.new_page()
        self._page.set_default_timeout(120_000)  # a busy machine is slow
        self._page.on("console", self._keep_error)
        self._page.on("pageerror", lambda error: self._found.append(f"script error: {error}"))
        self._page.on("request", self._keep_foreign)
        self._page.on("websocket", self._keep_foreign)

    def open(self, name):
        """Begin to load a page."""
        self._found = []
        self._page.goto(f"{self._address}/{name}", wait_until="commit")

    def problems(self):
        """What is wrong with the page, once it is idle."""
        page = self._page
        # Idle, and not just loaded: a page may redirect, and a late request counts as well.
        page.wait_for_load_state("networkidle")
        # Where typesetting fails the console has said so.
        page.evaluate(
            "async () => { await window.MathJax?.startup?.promise.catch(() => 0); await document.fonts.ready; }"
        )
        page.wait_for_function(FILLED)
        page.add_style_tag(content=WHOLE)
        page.evaluate(IDLE)
        self._found += page.evaluate(CONTENT_PROBLEMS)
        links = page.evaluate("() => [...new Set([...document.links].map(link => link.href))]")
        self._found += filter(None, (link_problem(self._folder, self._address, link) for link in links))
        if self._window == DESKTOP:
            self._found += page.evaluate(WIDTH_PROBLEMS, "article *")
            self._found += page.evaluate(BROKEN_CODE)
        else:
            self._found += page.evaluate(WIDTH_PROBLEMS, "article :is(pre, .math, .math *)")
            self._found += page.evaluate(OVERFLOW_PROBLEMS)
        for script in (CONTRAST_PROBLEMS, BROKEN_NAMES, SCROLLBAR_PROBLEMS, ORDER_PROBLEMS, FOCUS_PROBLEMS):
            self._found += page.evaluate(script)
        page.evaluate(IDLE)
        self._found += page.evaluate(ACCESSIBILITY_PROBLEMS)
        return self._found

    def _keep_error(self, message):
        # A browser asks for this file of itself, where a page that only redirects has no icon.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self._found.append(f"console: {message.text}")

    def _keep_foreign(self, request):
        """A book asks for files of its own; a socket would not be one, even here."""
        if not request.url.startswith((f"{self._address}/", "data:", "blob:", "about:")):
            self._found.append(f"request to another host: {request.url}")
