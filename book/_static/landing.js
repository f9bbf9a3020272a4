// The page stays at what its address names. That moves while formulas above it are fitted, and while blocks that had only
// a guessed height are laid out, see book.css. It stays for some seconds, or until a reader takes the page in hand.
document.addEventListener("DOMContentLoaded", () => {
  const SECONDS = 3;
  let named = null;
  let later = null;
  const stay = () => named?.scrollIntoView({ behavior: "instant" });
  const leave = () => (named = null);
  const land = () => {
    named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    stay();
    clearTimeout(later);
    later = setTimeout(leave, 1000 * SECONDS);
  };
  for (const hand of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(hand, leave, { passive: true });
  addEventListener("load", () => named && land());
  addEventListener("hashchange", land);
  land();
  new ResizeObserver(stay).observe(document.querySelector("article.bd-article") ?? document.body);
});
