// A click on the map fills in the buurt of the row in hand: where the reader was last, else the first row without one.
// Without this file a click is a link that does the same by way of the server.

export default function begin(element) {
  const choices = () => [...document.querySelectorAll("select[data-buurten]")];
  let last = null;
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".site-row");
    if (row) last = row.querySelector("select[data-buurten]");
  });
  element.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-buurt]");
    if (!link) return;
    const all = choices();
    const choice = (last && all.includes(last) && last) || all.find((each) => !each.value) || all.at(-1);
    if (!choice) return;
    event.preventDefault();
    choice.value = link.dataset.buurt;
    last = null;
    choice.focus();
    choice.scrollIntoView({ block: "center" });
  });
}
