// One map: tiles of our own, painted by row with what the server says. It knows of no page around it.
import * as maplibre from "/static/vendor/maplibre-gl.mjs";
import { areas, asked } from "/static/map/answers.js";
import { Colors, FIRST, numbered } from "/static/map/colors.js";

const GREY = "#d4d4d0", LINE = "#5b6672", INK = "#1d2530", CHOSEN = "#e0a100";
const AROUND = 14;
const LEVELS = ["gemeente", "wijk", "buurt"];
// How far one has to zoom in from the whole before the next level shows by itself.
const FINE = { gemeente: 0, wijk: 0.6, buurt: 1.6 };
const STEP = { gemeente: 0, wijk: 1.6, buurt: 4.1 };
// From where names fit, counted from the whole.
const NAMED = { gemeente: 0, wijk: 3.2, buurt: 5.2 };
const LATEST = 24;
// Without a sign of life for so long after a wish, the map is not going to come.
const PATIENCE = 15000;
const REST = 300;
const EMPTY = { type: "FeatureCollection", features: [] };
const protocol = new Promise((done, failed) => {
  const script = Object.assign(document.createElement("script"), { src: "/static/vendor/pmtiles.js", onerror: failed });
  script.onload = () => done(new window.pmtiles.Protocol());
  document.head.append(script);
});
protocol.then((each) => maplibre.addProtocol("pmtiles", each.tile), () => {});
maplibre.setWorkerUrl("/static/vendor/maplibre-gl-worker.mjs");
maplibre.prewarm();

const url = (file) => `${location.origin}${file}`;

// The head of a tile file is asked for before the map wants a tile of it.
async function opened(file) {
  const known = await protocol;
  if (known.get(url(file))) return;
  const archive = new window.pmtiles.PMTiles(url(file));
  known.add(archive);
  archive.getHeader().catch(() => {});
}

// A page with a map names its tiles at its head, where this begins before the page is whole.
const first = document.querySelector("script[data-tiles]")?.dataset.tiles;
if (first) opened(first).catch(() => {});

// The zoom at which a box just fits an element of this size.
function fitting([west, south, east, north], { clientWidth, clientHeight }) {
  const height = (degrees) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360)) / (2 * Math.PI);
  const wide = Math.max((east - west) / 360, 1e-9), high = Math.max(height(north) - height(south), 1e-9);
  return Math.log2(Math.min((clientWidth - 2 * AROUND) / wide, (clientHeight - 2 * AROUND) / high) / 512);
}

const drawn = (told) => `${told.figure} ${told.show} ${told.year} ${told.since ?? ""} ${told.level}`;

export class MapView {
  constructor(element, { words, background, still, palette }) {
    this.element = element;
    this.words = words;
    this.background = background;
    this.still = still;
    this.palette = [GREY, ...palette];
    this.colors = new Colors(this.palette, background ? 0.72 : 1, () => this.map.getZoom() >= this.from("gemeente") + FINE[this.levelNow()]);
    this.painted = {};
    this.listeners = {};
    this.file = "";
    this.auto = false;
    this.shown = [];
    this.chosen = null;
    this.near = null;
    this.within = "";
    this.turn = 0;
    this.due = null;
    this.clock = 0;
    this.rest = 0;
  }

  on(name, act) { this.listeners[name] = act; }

  tell(name, ...what) { this.listeners[name]?.(...what); }

  // The map is begun before its values are here: `told` is the promise of them.
  async begin(told, { tiles, levels, box, all, auto }) {
    await opened(tiles);
    this.auto = auto;
    this.box = all;
    const [west, south, east, north] = box;
    this.map = new maplibre.Map({
      container: this.element, style: this.style(tiles, levels), bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: AROUND },
      fadeDuration: 0, attributionControl: false, maxZoom: 15.5, minZoom: 4, dragRotate: false, pitchWithRotate: false, keyboard: false,
      hash: this.element.id === "kaart-1" ? "beeld" : false, cooperativeGestures: false, validateStyle: false,
      locale: { "NavigationControl.ZoomIn": this.words.zoom_in, "NavigationControl.ZoomOut": this.words.zoom_out, "Map.Title": this.element.getAttribute("aria-label") },
    });
    this.styled = new Promise((done) => { this.map.on("style.load", () => { this.dress(); done(); }); });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }));
    this.map.getCanvas().tabIndex = -1;
    this.map.getCanvas().setAttribute("aria-hidden", "true");
    this.map.getCanvas().removeAttribute("role");
    this.watch();
    await this.styled;
    await this.paint(told);
  }

  // The zoom from which a level shows by itself, in a country or an invented one.
  from(level) { return fitting(this.box, this.element) + STEP[level]; }

  style(file, levels) {
    this.file = file;
    this.shown = levels;
    const layers = [];
    const sources = { areas: { type: "vector", url: `pmtiles://${url(file)}` } };
    const ranges = this.ranges();
    const ranged = (id) => ({ id, minzoom: ranges[id][0], maxzoom: ranges[id][1] });
    // Fills are numbers until the layers of colours have seen them: nothing may lie under them.
    for (const level of levels) {
      layers.push({ ...ranged(`fill-${level}`), type: "fill", source: "areas", "source-layer": level, paint: { "fill-color": numbered(level), "fill-antialias": false } });
    }
    if (this.background) {
      sources.background = { type: "raster", tiles: [this.background], tileSize: 256 };
      layers.push({ id: "background", type: "raster", source: "background", paint: { "raster-fade-duration": 0 } });
    }
    for (const level of levels) {
      // Borders and stripes of areas that are smaller than a few pixels would only be a grey veil.
      const thin = { gemeente: [5, 0.3, 9, 0.8, 13, 1.4], wijk: [6, 0.12, 9, 0.5, 13, 1.2], buurt: [6.5, 0, 8, 0.15, 11, 0.5, 14, 1.2] }[level];
      layers.push({ ...ranged(`edge-${level}`), type: "line", source: "areas", "source-layer": level, paint: { "line-color": LINE, "line-width": ["interpolate", ["linear"], ["zoom"], ...thin] } });
    }
    if (levels.includes("gemeente")) {
      layers.push({ ...ranged("towns"), type: "line", source: "areas", "source-layer": "gemeente", paint: { "line-color": INK, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.25, 8, 0.8, 12, 2] } });
    }
    sources.marks = { type: "geojson", data: EMPTY };
    layers.push({ id: "within", type: "line", source: "marks", filter: ["==", ["get", "kind"], "within"], paint: { "line-color": INK, "line-width": 3 } });
    layers.push({ id: "near", type: "line", source: "marks", filter: ["==", ["get", "kind"], "near"], paint: { "line-color": INK, "line-width": 2.2 } });
    layers.push({ id: "chosen", type: "line", source: "marks", filter: ["==", ["get", "kind"], "chosen"], layout: { "line-join": "round" }, paint: { "line-color": CHOSEN, "line-width": 4 } });
    return { version: 8, sources, layers };
  }

  // The layers of colours, which no style can hold: numbers go out right above the fills, colours come in below the rest.
  dress() {
    const order = this.map.getStyle().layers.map((each) => each.id);
    const above = order.find((id) => !id.startsWith("fill-")), lines = order.find((id) => !id.startsWith("fill-") && id !== "background");
    for (const layer of this.colors.layers()) {
      const before = layer.id === FIRST ? above : lines;
      if (this.map.getLayer(layer.id)) this.map.moveLayer(layer.id, before);
      else this.map.addLayer(layer, before);
    }
  }

  // Which layer shows at which zoom.
  ranges() {
    const levels = this.auto ? this.shown : [this.level];
    const order = LEVELS.filter((each) => levels.includes(each));
    const found = { towns: [order[0] !== "gemeente" ? 0 : order[1] ? this.from(order[1]) : LATEST, LATEST] };
    this.order = order;
    for (const level of this.shown) {
      const place = order.indexOf(level);
      const low = place < 0 ? LATEST : place ? this.from(level) : 0;
      const high = place < 0 || place === order.length - 1 ? LATEST : this.from(order[place + 1]);
      const fine = Math.max(low, this.from("gemeente") + FINE[level]);
      found[`fill-${level}`] = [low, high];
      found[`edge-${level}`] = [Math.min(fine, high), high];
    }
    return found;
  }

  levelNow() {
    if (!this.auto) return this.level;
    const zoom = this.map.getZoom();
    return [...this.order].reverse().find((each) => zoom >= this.from(each)) ?? this.order[0];
  }

  // Paint what the server is going to say; a newer wish overtakes an older one, whichever is answered first.
  async paint(promised, auto = this.auto) {
    const turn = ++this.turn;
    clearTimeout(this.rest);
    const told = await promised;
    const lists = await areas(told.areas);
    await this.styled;
    if (turn !== this.turn || !this.map) return false;
    // From here on nothing is waited for: what was begun is done before another wish can come between.
    const moved = told.tiles !== this.file || told.levels.join() !== this.shown.join();
    const changed = this.auto !== auto || this.level !== told.level;
    this.auto = auto;
    if (moved) { this.colors.forget(); this.painted = {}; }
    if (auto) for (const level of Object.keys(this.painted)) if (["figure", "show", "year", "since"].some((each) => this.painted[level][each] !== told[each])) delete this.painted[level];
    if (!auto || !this.painted[told.level]) this.level = told.level;
    if (moved) {
      opened(told.tiles);
      this.map.setStyle(this.style(told.tiles, told.levels), { diff: true });
      this.dress();
    } else if (changed) for (const [id, range] of Object.entries(this.ranges())) if (this.map.getLayer(id)) this.map.setLayerZoomRange(id, ...range);
    const number = this.numbers(told.legend);
    this.colors.set(told.level, Array.from(told.codes, (code) => number[code] ?? 0));
    this.painted[told.level] = told;
    // Years may share a tile file; what an area is called and how it lies is asked of the own one.
    this.division = told.areas.match(/\d{4}/)[0];
    this.lists = { ...this.lists, [told.level]: lists };
    this.due = told;
    this.element.dataset.wanted = drawn(told);
    this.map.triggerRepaint();
    this.wait();
    if (moved) this.outline();
    return true;
  }

  // A frame was drawn: with all tiles and the newest colours it is what was wanted. A background need not be there.
  rendered() {
    if (!this.due || this.map.isMoving() || !this.map.isSourceLoaded("areas")) return;
    const told = this.due;
    this.due = null;
    clearTimeout(this.clock);
    this.element.dataset.painted = drawn(told);
    this.element.dataset.areas = String(told.codes.length);
    this.tell("painted", told);
    // Names come when the eye has what was asked for, and no other wish stands in line.
    this.rest = setTimeout(() => this.label(), REST);
  }

  // What shows no sign of life is given up; a slow machine that still works is not.
  wait() {
    clearTimeout(this.clock);
    if (this.due) this.clock = setTimeout(() => this.tell("stuck"), PATIENCE);
  }

  // A number per code of the legend; below zero where there are stripes too.
  numbers(legend) {
    const found = {};
    for (const [code, color] of legend) {
      const at = Math.max(0, this.palette.indexOf(color));
      found[code] = code === "w" ? -at : at;
    }
    return found;
  }

  watch() {
    const point = (event) => {
      const level = this.levelNow();
      if (!this.map.getLayer(`fill-${level}`)) return null;
      const found = this.map.queryRenderedFeatures(event.point, { layers: [`fill-${level}`] })[0];
      return (found && this.lists?.[level]?.areas[found.properties.row]) ?? null;
    };
    this.map.on("mousemove", (event) => this.tell("near", point(event), event.point));
    this.map.getCanvas().addEventListener("mouseleave", () => this.tell("near", null, null));
    this.map.on("click", (event) => this.tell("choose", point(event)));
    this.map.on("move", () => this.tell("move"));
    this.map.on("zoomend", () => {
      const level = this.levelNow();
      if (level !== this.level) { this.level = level; this.tell("level", level); }
      this.label();
    });
    this.map.on("render", () => this.rendered());
    this.map.on("sourcedata", (event) => { if (event.sourceId === "areas") this.wait(); });
    this.map.on("webglcontextlost", () => { this.due ??= this.painted[this.level] ?? null; this.wait(); });
    this.map.on("error", (event) => this.tell("error", event.error));
  }

  hover(area) {
    if (this.near === area) return;
    this.near = area;
    this.map.getCanvas().classList.toggle("pointed", Boolean(area));
    this.outline();
  }

  choose(area) {
    if (this.chosen === area) return;
    this.chosen = area;
    this.outline();
  }

  inside(area) {
    if (this.within === area) return;
    this.within = area;
    this.outline();
  }

  // The borders of the town, of what is pointed at and of what is chosen; asked once per area.
  async outline() {
    const marks = () => [[this.within, "within"], [this.near, "near"], [this.chosen, "chosen"]].filter(([area]) => area);
    const wanted = marks();
    const shapes = await Promise.all(wanted.map(([area]) => asked(`/kaart/vorm/${this.division}-${area}.json`).catch(() => null)));
    if (!this.map?.getSource("marks") || marks().join() !== wanted.join()) return;
    const features = wanted.flatMap(([, kind], at) => (shapes[at] ? [{ type: "Feature", properties: { kind }, geometry: shapes[at] }] : []));
    this.map.getSource("marks").setData({ type: "FeatureCollection", features });
  }

  isResized() {
    const canvas = this.map.getCanvas();
    return canvas.clientWidth !== this.element.clientWidth || canvas.clientHeight !== this.element.clientHeight;
  }

  seen(x, y) {
    if (!this.map.getBounds().contains([x, y])) this.map.easeTo({ center: [x, y], duration: this.still ? 0 : 250 });
  }

  fit(box) {
    this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: AROUND, duration: this.still ? 0 : 500 });
  }

  // Names are drawn with a font of the machine itself: no server of letters is asked. Of small areas only when near.
  async label() {
    for (const level of this.map ? this.shown : []) {
      const start = this.from("gemeente") + NAMED[level];
      const told = this.painted[level] ?? Object.values(this.painted)[0];
      if (!told || this.map.getSource(`names-${level}`) || (level !== "gemeente" && (this.map.getZoom() < start || level !== this.level))) continue;
      const lists = await areas(told.level === level ? told.areas : told.areas.replace(/-(gemeente|wijk|buurt)\.json.*/, `-${level}.json`));
      if (!this.map?.getSource("areas") || this.map.getSource(`names-${level}`)) continue;
      const features = lists.areas.map((area, at) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lists.x[at], lists.y[at]] },
        properties: { name: lists.names[at], size: lists.width[at] * lists.height[at] } }));
      this.map.addSource(`names-${level}`, { type: "geojson", data: { type: "FeatureCollection", features } });
      this.map.addLayer({ id: `name-${level}`, type: "symbol", source: `names-${level}`, minzoom: start, 
        layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": level === "gemeente" ? ["interpolate", ["linear"], ["zoom"], 6, 10, 10, 14] : 11.5, "text-max-width": 7, "text-padding": 6, "symbol-sort-key": ["-", ["get", "size"]] },
        paint: { "text-color": INK, "text-halo-color": "rgba(255,255,255,0.9)", "text-halo-width": 1.4 } });
    }
  }

  end() { for (const each of [this.clock, this.rest]) clearTimeout(each); this.map?.remove(); this.map = null; }
}
