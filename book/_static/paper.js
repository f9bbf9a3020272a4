// Before a page is printed it is as wide as the paper and all of it is unfolded, so that width.js fits its formulas to
// that. Afterwards the page is as it was.
{
  const PAPER = "47.5rem"; // an A4 page less the margins of print.css, with the letters of print.css or of the screen
  let unfolded = [];

  addEventListener("beforeprint", () => {
    const { style } = document.querySelector("article");
    style.boxSizing = "content-box";
    style.width = PAPER;
    unfolded = [...document.querySelectorAll("article details:not([open])")];
    for (const fold of unfolded) fold.open = true;
  }, true); // before width.js hears of it

  addEventListener("afterprint", () => {
    const { style } = document.querySelector("article");
    style.boxSizing = style.width = "";
    for (const fold of unfolded) fold.open = false;
  });
}
