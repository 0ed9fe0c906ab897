// Charts over the years are read off: by pointing, or with a slider that keys move. All charts follow the same year.
// What is read stands in the drawing that the server made.

export default function begin(element) {
  const charts = [...element.querySelectorAll(".chart")].map((chart) => {
    const all = [...chart.querySelectorAll("g.year")];
    return { read: chart.querySelector(".read"), all, strips: new Map(all.map((strip) => [Number(strip.dataset.year), strip])) };
  });
  const years = [...new Set(charts.flatMap((chart) => [...chart.strips.keys()]))].sort((one, other) => one - other);
  if (!years.length) return;

  const label = Object.assign(document.createElement("label"), { htmlFor: "year-slider", textContent: element.dataset.label });
  const slider = Object.assign(document.createElement("input"), { type: "range", id: "year-slider", min: 0, max: years.length - 1, step: 1 });
  const shown = Object.assign(document.createElement("output"), { htmlFor: "year-slider" });
  element.querySelector(".slider").replaceChildren(label, slider, shown);

  const read = (year) => {
    shown.textContent = String(year);
    slider.value = String(years.indexOf(year));
    slider.setAttribute("aria-valuetext", charts.length === 1 ? charts[0].strips.get(year)?.dataset.said ?? String(year) : String(year));
    element.dataset.year = String(year);
    for (const { read: line, all, strips } of charts) {
      for (const strip of all) strip.classList.toggle("on", Number(strip.dataset.year) === year);
      line.textContent = strips.get(year)?.dataset.said ?? `${year}: –`;
    }
  };
  slider.addEventListener("input", () => read(years[Number(slider.value)]));
  const point = (event) => { const strip = event.target.closest?.("g.year"); if (strip) read(Number(strip.dataset.year)); };
  element.addEventListener("pointerover", point);
  element.addEventListener("click", point);
  read(years.at(-1));
}
