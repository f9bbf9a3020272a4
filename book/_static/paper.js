// Before a page is printed it is as wide as the paper and all of it is unfolded, so that width.js fits its formulas to
// that; what is still too wide then, a table for one, is made smaller. Afterwards the page is as it was.
{
  const PAPER = "47.5rem"; // an A4 page less the margins of print.css, with the letters of print.css or of the screen
  const FOLDED = "article details:not([open])";
  let unfolded = [];

  addEventListener("beforeprint", () => {
    const { style } = document.querySelector("article");
    style.boxSizing = "content-box";
    style.width = PAPER;
    unfolded = [...document.querySelectorAll(FOLDED)];
    for (const fold of unfolded) fold.open = true;
  }, true); // before the others hear of it

  // All is measured before anything is changed: between a change and a measure the whole page is laid out again.
  // Twice, because what becomes smaller may move to another place in its line.
  const shrink = () => {
    const edgeOf = box => box.getBoundingClientRect().right - parseFloat(getComputedStyle(box).paddingRight);
    for (let round = 0; round < 2; round += 1) {
      const sizes = [...document.querySelectorAll("article :is(mjx-container, table)")].map(element => {
        const { left, width } = (element.querySelector(":scope > mjx-math") ?? element).getBoundingClientRect();
        const box = element.parentElement.closest("div.math, td, li, .admonition, .sd-card-body");
        const edge = Math.min(edgeOf(document.querySelector("article")), box ? edgeOf(box) : Infinity);
        const displayed = element.getAttribute("display") === "true" && box;
        const start = displayed ? box.getBoundingClientRect().left : left;
        return [element, (edge - start) / width];
      });
      for (const [element, room] of sizes) {
        if (room < 1) element.style.zoom = 0.98 * Math.max(room, 0.3) * (element.style.zoom || 1);
      }
    }
  };
  addEventListener("load", () => addEventListener("beforeprint", shrink));

  addEventListener("afterprint", () => {
    const article = document.querySelector("article");
    article.style.width = article.style.boxSizing = "";
    for (const made of article.querySelectorAll("[style*=zoom]")) made.style.zoom = "";
    for (const fold of unfolded) fold.open = false;
  });
}
