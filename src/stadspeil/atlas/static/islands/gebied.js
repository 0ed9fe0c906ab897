// A click on the map puts a buurt in the row in hand of the form, or takes it out, with whatever was typed meanwhile.
export default function areas(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-buurt]");
    const form = document.getElementById("pakket");
    const choice = form?.elements.namedItem(`${root.dataset.row}.erbij`);
    if (!link || !choice || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const ticked = form.querySelector(`input[name="${root.dataset.row}.gebieden"][value="${link.dataset.buurt}"]`);
    if (ticked) ticked.checked = !ticked.checked;
    else choice.value = link.dataset.buurt;
    form.elements.namedItem("kaart").value = root.dataset.row;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
