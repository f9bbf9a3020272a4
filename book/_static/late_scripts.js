// The theme's scripts, for what one presses and for the section one is in, run when the page has been seen: they take a
// phone as long as a screen of text. light_pages.py has taken them out of its way.
addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
  for (const late of document.querySelectorAll("script[data-late]")) {
    const script = document.createElement("script");
    script.src = late.dataset.late;
    script.async = false; // in their order
    // What Bootstrap does when a page is loaded, but that was before.
    script.onload = () => window.bootstrap?.ScrollSpy.getOrCreateInstance(document.body);
    late.replaceWith(script);
  }
})));
