// The search field as a combobox: htmx brings the suggestions, this opens them and lets the keyboard choose.
export default function begin(field) {
  const place = document.getElementById("zoek-lijst");
  const status = document.getElementById("zoek-status");
  let chosen = -1;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "zoek-opties");
  field.setAttribute("aria-expanded", "false");

  const options = () => [...place.querySelectorAll("[role=option]")];

  function open(yes) {
    place.hidden = !yes;
    field.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(-1);
  }

  function choose(number) {
    const all = options();
    chosen = number;
    all.forEach((each, place) => each.setAttribute("aria-selected", String(place === number)));
    if (number < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", all[number].id);
      all[number].scrollIntoView({ block: "nearest" });
    }
  }

  new MutationObserver(() => {
    const list = place.querySelector("[role=listbox]");
    chosen = -1;
    open(Boolean(list) && document.activeElement === field);
    status.textContent = list ? list.dataset.said : "";
  }).observe(place, { childList: true });

  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !place.hidden) { open(false); event.preventDefault(); return; }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(all[chosen].href); return; }
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !all.length) return;
    event.preventDefault();
    if (place.hidden) open(true);
    const step = event.key === "ArrowDown" ? 1 : -1;
    // Beyond the last option one comes back in the field itself.
    choose(((chosen + 1 + step + all.length + 1) % (all.length + 1)) - 1);
  });
  field.addEventListener("focus", () => { if (options().length && field.value.trim().length > 1) open(true); });
  field.form.addEventListener("focusout", (event) => { if (!field.form.contains(event.relatedTarget)) open(false); });
  place.addEventListener("mousedown", (event) => event.preventDefault());
}
