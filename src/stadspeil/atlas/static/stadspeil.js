// Pages are whole without this file. It adds what a keyboard and a mouse find pleasant.
//
// Parts of a page that need more are islands: an element with data-island="map" gets islands/map.js, whose default
// function is called with the element, at first and after each part that htmx puts in.
import "/static/vendor/htmx.js";

const begun = new WeakSet();
let coming = 0;

function begin(root) {
  for (const element of root.querySelectorAll("[data-island]")) {
    if (begun.has(element)) continue;
    begun.add(element);
    count(1);
    import(`/static/islands/${element.dataset.island}.js`).then((island) => island.default(element)).finally(() => count(-1));
  }
}

// Who waits for a page to be ready can see whether islands are still on their way.
function count(step) {
  coming += step;
  document.documentElement.toggleAttribute("data-coming", coming > 0);
}

begin(document);
// On a narrow screen the menu is one row that scrolls: begin it where the reader is.
for (const here of document.querySelectorAll('header.top nav [aria-current="page"], nav.ways [aria-current="page"]')) {
  const bar = here.closest("ul");
  bar.scrollLeft += here.getBoundingClientRect().left - bar.getBoundingClientRect().left - 40;
}
// An answer that is still under way knows nothing of what is typed now, and would undo it.
document.addEventListener("input", ({ target }) => target.closest?.("form[hx-get]")?.dispatchEvent(new Event("htmx:abort")));
// What stands in a page for readers without scripts would be fetched when it comes in as a part.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => { ctx.text = ctx.text?.replace(/<noscript>[\s\S]*?<\/noscript>/g, ""); });
document.addEventListener("htmx:after:swap", () => {
  begin(document);
  const heading = document.querySelector("main h1");
  if (heading) document.title = `${heading.textContent.trim()} – Stadspeil`;
});
