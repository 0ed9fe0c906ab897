// The figure of a comparison: an area that is pointed at is lit in all rows, and each row says its numbers.
// All numbers stand in the drawing that the server made; nothing is worked out or rounded here.

export default function begin(element) {
  const lanes = [...element.querySelectorAll(".area")];
  const entries = [...element.querySelectorAll("[data-legend]")];
  const name = element.querySelector("[data-lit-name]");
  const names = new Map(entries.map((each) => [each.dataset.legend, each.querySelector("a").textContent.trim()]));
  // The same figure stands there for a desk and for a phone.
  const drawings = element.querySelectorAll("figure > div").length;
  const single = !element.querySelector(".subject .area ~ .area, .subject .mean ~ .area") && lanes.length === names.size * drawings;
  let kept = element.dataset.lit;
  element.classList.add("chosen");

  const light = (area) => {
    if (!names.has(area)) return;
    for (const lane of lanes) {
      const lit = lane.dataset.area === area;
      lane.classList.toggle("lit", lit);
      if (!lit || single) continue;
      const row = lane.closest(".subject");
      row.querySelector(".told").textContent = lane.dataset.told;
      const placed = row.querySelector(".placed");
      if (placed) placed.textContent = lane.dataset.placed;
    }
    for (const entry of entries) {
      const link = entry.querySelector("a");
      if (entry.dataset.legend === area) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (name.textContent !== names.get(area)) name.textContent = names.get(area);
    element.dataset.shown = area;
  };
  const under = (event) => event.target.closest?.("[data-area]")?.dataset.area ?? event.target.closest?.("[data-legend]")?.dataset.legend;

  element.addEventListener("pointerover", (event) => { const area = under(event); if (area) light(area); });
  element.addEventListener("pointerleave", () => light(kept));
  element.addEventListener("focusin", (event) => { const area = under(event); if (area) { kept = area; light(area); } });
  element.addEventListener("click", (event) => { const lane = event.target.closest("[data-area]"); if (lane) { kept = lane.dataset.area; light(kept); } });

  for (const entry of entries) {
    const button = document.createElement("button");
    const area = entry.dataset.legend;
    const say = (hidden) => {
      button.textContent = hidden ? element.dataset.unhide : element.dataset.hide;
      button.setAttribute("aria-label", `${button.textContent}: ${names.get(area)}`);
      button.setAttribute("aria-pressed", String(hidden));
    };
    button.type = "button";
    say(false);
    button.addEventListener("click", () => {
      const hidden = entry.classList.toggle("hidden");
      for (const lane of lanes) if (lane.dataset.area === area) lane.classList.toggle("off", hidden);
      say(hidden);
    });
    entry.append(button);
  }
}
