// The theme's scripts, for what one presses and for the section one is in, run when the page has been seen: they take a
// phone as long as a screen of text. light_pages.py has taken them out of its way. What a reader presses before that
// lets them run at once, and is done when they are there.
{
  const late = [...document.querySelectorAll("script[data-late]")];
  const BUTTONS = ".sidebar-toggle, .dropdown-toggle, .search-button__button, .theme-switch-button";
  let missing = late.length;
  let pressed;

  function run() {
    for (const place of late.splice(0)) {
      const script = document.createElement("script");
      script.src = place.dataset.late;
      script.async = false; // in their order
      script.onload = script.onerror = ran;
      place.replaceWith(script);
    }
  }

  function ran() {
    window.bootstrap?.ScrollSpy.getOrCreateInstance(document.body); // what Bootstrap does when a page is loaded
    missing -= 1;
    if (missing) return;
    removeEventListener("click", click, true);
    removeEventListener("keydown", key, true);
    pressed?.click();
  }

  function press(button) {
    if (!missing) return button?.click();
    pressed = button;
    run();
  }

  function click(event) {
    const button = event.target.closest(BUTTONS);
    // What has its script, as the sidebar on a wide screen, is done already.
    if (button) setTimeout(() => press(event.defaultPrevented ? undefined : button));
  }

  function key(event) {
    if (event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey) || !/^k$/i.test(event.key)) return;
    event.preventDefault(); // browsers have a search of their own
    press(document.querySelector(".search-button__button"));
  }

  if (missing) {
    addEventListener("click", click, true);
    addEventListener("keydown", key, true);
  }
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(run)));
}
