// The page of the map: one or two maps, the table and the chart beside them, and one chosen area in all of them.
// Pages are whole without this file: then a drawing stands where the map would be.
import { areas, asked, nearest, neighbour, said } from "/static/map/answers.js";

const views = new Map();
const lang = document.documentElement.lang;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let wired = false;
let later = 0;
let playing = 0;
// How often something else was wished: a page that was asked before the last wish no longer says what is wanted.
let wishes = 0;

const page = () => document.querySelector(".panes");
const form = () => document.getElementById("kaartvraag");
const words = () => JSON.parse(page().dataset.words);
const box = (text) => text.split(",").map(Number);

function address(pane, level, year) {
  const [path, query] = pane.dataset.values.split("?");
  const wanted = new URLSearchParams(query);
  wanted.set("niveau", level);
  if (year) wanted.set("jaar", year);
  return `${path}?${wanted}`;
}

// Whether a painting is what an address asks for.
function says(told, asking) {
  const query = new URLSearchParams(asking.split("?")[1]);
  const wanted = { cijfer: told.figure, toon: told.show, jaar: told.year, sinds: told.since, niveau: told.level };
  return Object.entries(wanted).every(([name, value]) => (query.get(name) ?? "") === String(value || ""));
}

// A drawing in the place of a map that cannot be.
function drawn(element, reason = words().broken) {
  const pane = element.closest(".pane");
  const image = Object.assign(document.createElement("img"), { className: "drawn", src: pane.dataset.drawing, alt: element.getAttribute("aria-label") });
  views.get(element)?.end?.();
  views.set(element, null);
  element.replaceChildren(image);
  element.removeAttribute("role");
  element.dataset.drawn = reason;
  document.getElementById("kaart-stand").textContent = reason;
  time();
}

async function start(element) {
  const pane = element.closest(".pane");
  const told = asked(address(pane, pane.dataset.level));
  for (const each of [told, areas(pane.dataset.areas)]) each.catch(() => {});
  const { MapView } = await import("/static/map/view.js");
  const sketch = element.querySelector(".sketch");
  element.replaceChildren(...(sketch && !location.hash.includes("beeld=") ? [sketch] : []));
  const view = new MapView(element, { words: words(), background: page().dataset.background, still, palette: page().dataset.palette.split(",") });
  views.set(element, view);
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  tip.setAttribute("aria-hidden", "true");
  view.on("near", (area, point) => { near(area, view, tip, point); });
  view.on("choose", (area) => { choose(area, view); });
  view.on("level", (level) => { zoomed(level, view); });
  view.on("move", () => { together(view); });
  view.on("painted", () => { sketch?.remove(); });
  view.on("stuck", () => { console.warn("the map shows no sign of life"); drawn(element, words().stuck); });
  view.on("error", (fault) => { console.warn(fault?.message ?? "map"); });
  view.level = pane.dataset.level;
  await view.begin(told, {
    tiles: pane.dataset.tiles, levels: pane.dataset.levels.split(","), box: box(pane.dataset.box), all: box(pane.dataset.all), auto: pane.dataset.auto === "1",
  });
  element.append(tip);
  view.fitted = pane.dataset.box;
  const chosen = document.getElementById("gebied").value;
  if (chosen) view.choose(chosen);
  view.inside(pane.dataset.within);
  const now = view.levelNow();
  if (now !== view.level) { view.level = now; zoomed(now, view); }
}

// Two maps of one place move as one.
let leading = null;
function together(view) {
  if (leading && leading !== view) return;
  leading = view;
  for (const other of views.values()) {
    if (other && other !== view && other.map && view.map) other.map.jumpTo({ center: view.map.getCenter(), zoom: view.map.getZoom() });
  }
  leading = null;
}

function rowOf(area) { return document.querySelector(`.areas tr[data-area="${area}"]`); }

function near(area, view, tip, point) {
  for (const each of views.values()) each?.map && each.hover(area);
  document.querySelector(".areas tr.is-near")?.classList.remove("is-near");
  if (area) rowOf(area)?.classList.add("is-near");
  const painted = area && view?.painted[view.levelNow()];
  const at = painted ? view.lists[painted.level].at.get(area) : undefined;
  if (!tip) return;
  tip.hidden = at === undefined;
  if (at === undefined) return;
  const told = said(painted, view.lists[painted.level], at, words(), lang);
  tip.replaceChildren(Object.assign(document.createElement("strong"), { textContent: told.name }), told.text);
  const right = point.x > view.element.clientWidth / 2;
  const below = point.y > view.element.clientHeight / 2;
  tip.style.left = right ? "auto" : `${point.x + 14}px`;
  tip.style.right = right ? `${view.element.clientWidth - point.x + 14}px` : "auto";
  tip.style.top = below ? "auto" : `${point.y + 14}px`;
  tip.style.bottom = below ? `${view.element.clientHeight - point.y + 14}px` : "auto";
}

// One area is chosen in the maps, the table, the chart, the address and, for who listens, in words.
function choose(area, view) {
  const field = document.getElementById("gebied");
  const wanted = area === null || area === field.value ? "" : area;
  field.value = wanted;
  for (const each of views.values()) each?.map && each.choose(wanted || null);
  document.querySelector(".areas tr.is-chosen")?.classList.remove("is-chosen");
  const row = wanted && rowOf(wanted);
  if (row) { row.classList.add("is-chosen"); row.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" }); }
  mark(speak(view));
  refresh(250);
}

// What is said of the chosen area, by the map in hand or else the first: in words that stay for as long as they hold.
function speak(view) {
  const each = view ?? views.get(document.getElementById("kaart-1"));
  const painted = each?.map && each.painted[each.levelNow()], chosen = document.getElementById("gebied").value;
  if (!each?.map) return null;
  const at = painted && chosen ? each.lists[painted.level].at.get(chosen) : undefined;
  const told = at === undefined ? null : said(painted, each.lists[painted.level], at, words(), lang);
  const text = told ? `${told.name}: ${told.text}` : "", stand = document.getElementById("kaart-stand");
  if (stand.textContent !== text) stand.textContent = text;
  return told && painted.values[at];
}

function mark(value) {
  const chart = document.querySelector(".spread"), sign = chart?.querySelector(".chosen-mark");
  if (!sign) return;
  sign.setAttribute("visibility", value === null ? "hidden" : "visible");
  if (value === null) return;
  const { low, high, left, right } = chart.dataset;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  sign.setAttribute("transform", `translate(${Number(left) + share * (right - left)} 0)`);
}

// The words around the map follow; its address is the page's.
function refresh(wait = 0, push = false) {
  clearTimeout(later);
  wishes += 1;
  const query = new URLSearchParams(new FormData(form()));
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  later = setTimeout(() => {
    const url = `${form().getAttribute("action")}?${query}`;
    window.htmx.ajax("GET", url, { source: form(), target: "#inhoud", select: "#inhoud", swap: "outerMorph", push: push ? `${url}${location.hash}` : "false", replace: push ? undefined : `${url}${location.hash}` });
  }, wait);
}

// Another level came into view: its values are painted, and the table follows.
async function zoomed(level, view) {
  const pane = view.element.closest(".pane");
  if (!view.painted[level]) await view.paint(asked(address(pane, level)));
  if (view.element.id !== "kaart-1" || pane.dataset.level === level) return;
  document.getElementById("vlak").value = level;
  refresh(350);
}

// A wish is painted at once from the form; the page around it follows from the server.
async function wished(event) {
  if (event.target.name === "naast" || event.target.name === "gebied") return;
  wishes += 1;
  document.querySelectorAll(".map .sketch").forEach((each) => each.remove());
  stop();
  clearTimeout(later);
  if (event.target.name === "niveau" || event.target.name === "binnen") { document.getElementById("vlak").value = ""; }
  const query = new URLSearchParams(new FormData(form()));
  const element = document.getElementById("kaart-1"), view = views.get(element);
  if (!view?.map) return;
  const auto = query.get("niveau") === "vanzelf";
  if (auto) query.set("vlak", view.levelNow());
  for (const name of ["gebied", "naast"]) query.delete(name);
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  const [path] = element.closest(".pane").dataset.values.split("?");
  if (auto && event.target.name !== "binnen") query.set("niveau", view.levelNow()), query.delete("vlak");
  try { if (await view.paint(asked(`${path}?${query}`), auto)) speak(); } catch { /* the page will say what is wrong */ }
}

// The page around the map is new: the maps take over what it says.
async function follow(overtaken) {
  for (const [element, view] of [...views]) if (!element.isConnected) { view?.end(); views.delete(element); }
  if (!page() || overtaken) return;
  for (const select of form().querySelectorAll("select")) {
    const said = [...select.options].find((each) => each.defaultSelected);
    if (said && select.value !== said.value) select.value = said.value;
  }
  for (const [element, view] of views) {
    const pane = element.closest(".pane");
    if (!view) {
      if (element.firstChild?.src) element.firstChild.src = pane.dataset.drawing;
      continue;
    }
    if (!view.map) continue;
    const auto = pane.dataset.auto === "1";
    // Every call of this draws the map once more, be it as large as it was.
    if (view.isResized()) view.map.resize();
    if (view.fitted !== pane.dataset.box) { view.fitted = pane.dataset.box; view.fit(box(pane.dataset.box)); }
    element.setAttribute("aria-label", pane.querySelector("figcaption").textContent);
    const asking = address(pane, pane.dataset.level), current = view.painted[pane.dataset.level];
    if (!current || !says(current, asking) || view.auto !== auto) await view.paint(current && says(current, asking) ? current : asked(asking), auto);
    view.choose(document.getElementById("gebied").value || null);
    view.inside(pane.dataset.within);
  }
  speak();
  time();
}

function keys(event) {
  const element = event.target.closest?.(".map"), view = element && views.get(element);
  if (!view?.map || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const field = document.getElementById("gebied");
  if (way) {
    event.preventDefault();
    const painted = view.painted[view.levelNow()], lists = painted && view.lists[painted.level];
    if (!lists) return;
    const owner = new URLSearchParams(new FormData(form())).get("binnen");
    const fits = (at) => !owner || painted.level === "gemeente" || lists.areas[at].slice(2, 6) === owner.slice(2);
    const number = lists.at.get(field.value);
    const middle = view.map.getCenter();
    const next = number === undefined ? nearest(lists, middle.lng, middle.lat, fits)
      : neighbour(lists, { number, x: lists.x[number], y: lists.y[number] }, ...way, fits);
    if (next >= 0) { view.seen(lists.x[next], lists.y[next]); choose(lists.areas[next], view); }
  } else if (event.key === "Enter" && field.value) {
    location.assign(`${page().dataset.root}/gebied/${field.value}`);
  } else if (event.key === "Escape" && field.value) choose(null, view);
  else if (event.key === "+" || event.key === "=") view.map.zoomIn({ duration: still ? 0 : 200 });
  else if (event.key === "-") view.map.zoomOut({ duration: still ? 0 : 200 });
}

// The years: a slider and a button to play them. Only the paint changes; the page follows when it rests.
function time() {
  const row = document.querySelector(".time"), range = document.getElementById("tijd");
  if (!row) return;
  const years = range.dataset.years.split(",");
  row.hidden = years.length < 2 || !views.get(document.getElementById("kaart-1"))?.map || !document.getElementById("jaar");
}

async function toYear(at, rest) {
  const range = document.getElementById("tijd"), years = range.dataset.years.split(",");
  const element = document.getElementById("kaart-1"), view = views.get(element), pane = element.closest(".pane");
  wishes += 1;
  range.value = at;
  range.setAttribute("aria-valuetext", years[at]);
  range.nextElementSibling.textContent = years[at];
  const told = asked(address(pane, view.levelNow(), years[at]));
  if (!(await view.paint(told))) return;
  for (const [code, , , count] of (await told).legend) {
    const number = pane.querySelector(`.legend [data-code="${code}"] .count`);
    if (number) number.textContent = count.toLocaleString(lang);
  }
  if (years[at + 1]) asked(address(pane, view.levelNow(), years[at + 1])).catch(() => {});
  if (rest) { document.getElementById("jaar").value = years[at]; refresh(300); }
}

function stop() {
  const button = document.querySelector(".time .play");
  if (!playing || !button) return;
  clearInterval(playing);
  playing = 0;
  button.setAttribute("aria-pressed", "false");
  button.textContent = words().play;
  const range = document.getElementById("tijd");
  document.getElementById("jaar").value = range.dataset.years.split(",")[range.value];
  refresh(50);
}

function play() {
  if (playing) { stop(); return; }
  const range = document.getElementById("tijd"), last = Number(range.max);
  const button = document.querySelector(".time .play");
  button.setAttribute("aria-pressed", "true");
  button.textContent = words().pause;
  let at = Number(range.value) >= last ? -1 : Number(range.value);
  playing = setInterval(() => {
    at += 1;
    if (at > last) { stop(); return; }
    toYear(at, false).catch(stop);
  }, 900);
}

function wire() {
  wired = true;
  document.addEventListener("change", (event) => { if (event.target.form === form() && form()) wished(event); }, true);
  document.addEventListener("keydown", keys);
  document.addEventListener("input", (event) => { if (event.target.id === "tijd") { if (playing) { clearInterval(playing); playing = 0; } toYear(Number(event.target.value), true).catch(() => {}); } });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".time .play")) { play(); return; }
    const row = event.target.closest?.(".areas tr[data-area]");
    if (row && !event.target.closest("a")) choose(row.dataset.area, views.get(document.getElementById("kaart-1")));
  });
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (event) => {
    const row = event.target.closest?.(".areas tr[data-area]");
    if (row) near(row.dataset.area, null, null, null);
  });
  document.addEventListener("htmx:before:request", (event) => { event.detail.ctx.wish = wishes; });
  document.addEventListener("htmx:after:swap", (event) => { follow((event.detail.ctx?.wish ?? wishes) < wishes).catch((fault) => console.warn(fault.message)); });
}

export default function begin(element) {
  if (!wired) wire();
  start(element).then(time).catch((fault) => { console.warn(fault.message); drawn(element); });
}
