// The map: tiles of our own, painted by code with the classes that the server gives. The table beside it says the same.
import * as maplibre from "/static/vendor/maplibre-gl.mjs";

const COLORS = ["#a84f04", "#fbdcb8", "#ffffff", "#cfe3f3", "#1f5f99"];
const NONE = "#d4d4d0";

function color() {
  const chosen = ["feature-state", "class"];
  return ["match", ["coalesce", chosen, -1], 0, COLORS[0], 1, COLORS[1], 2, COLORS[2], 3, COLORS[3], 4, COLORS[4], NONE];
}

function style(tiles, level, layers) {
  const shown = [
    { id: "areas", type: "fill", source: "areas", "source-layer": level, paint: { "fill-color": color(), "fill-opacity": 1 } },
    { id: "edges", type: "line", source: "areas", "source-layer": level,
      paint: { "line-color": "#5b6672", "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.15, 9, 0.5, 12, 1.1] } },
  ];
  if (level !== "gemeente" && layers.includes("gemeente")) {
    shown.push({ id: "towns", type: "line", source: "areas", "source-layer": "gemeente",
      paint: { "line-color": "#1d2530", "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.5, 11, 2] } });
  }
  shown.push({ id: "chosen", type: "line", source: "areas", "source-layer": level,
    paint: { "line-color": "#e0a100", "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 4, 0] } });
  const promote = Object.fromEntries(layers.map((each) => [each, "area"]));
  return { version: 8, sources: { areas: { type: "vector", url: `pmtiles://${location.origin}${tiles}`, promoteId: promote } },
    layers: [{ id: "paper", type: "background", paint: { "background-color": "#eef2f5" } }, ...shown] };
}

function protocols() {
  return new Promise((ready, failed) => {
    if (window.pmtiles) { ready(window.pmtiles); return; }
    const script = Object.assign(document.createElement("script"), { src: "/static/vendor/pmtiles.js", onload: () => ready(window.pmtiles), onerror: failed });
    document.head.append(script);
  });
}

async function draw(element, status) {
  await protocols();
  maplibre.setWorkerUrl("/static/vendor/maplibre-gl-worker.mjs");
  maplibre.addProtocol("pmtiles", new window.pmtiles.Protocol().tile);
  const { tiles, level, box, values, layers } = element.dataset;
  const [west, south, east, north] = box.split(",").map(Number);
  const map = new maplibre.Map({ container: element, style: style(tiles, level, layers.split(",")),
    bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 12 }, fadeDuration: 0, attributionControl: false,
    maxZoom: 15, dragRotate: false, pitchWithRotate: false });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  window.stadspeilMap = map;
  const told = fetch(values).then((answer) => answer.json());
  await new Promise((ready) => map.once("load", ready));
  const painted = await told;
  const place = new Map();
  painted.areas.forEach((area, number) => {
    place.set(area, number);
    map.setFeatureState({ source: "areas", sourceLayer: level, id: area }, { class: painted.classes[number] });
  });
  let chosen = null;
  const choose = (area, name) => {
    if (chosen) map.setFeatureState({ source: "areas", sourceLayer: level, id: chosen }, { chosen: false });
    chosen = area;
    map.setFeatureState({ source: "areas", sourceLayer: level, id: area }, { chosen: true });
    const number = place.get(area);
    const value = number === undefined ? null : painted.values[number];
    const margin = number === undefined ? null : painted.margins[number];
    const write = (each) => each.toLocaleString(document.documentElement.lang);
    status.textContent = `${name}: ${value === null ? "–" : write(value)}${margin === null || value === null ? "" : ` ± ${write(margin)}`}`;
  };
  map.on("mousemove", "areas", (event) => choose(event.features[0].properties.area, event.features[0].properties.name));
  map.on("click", "areas", (event) => { location.assign(`${document.documentElement.lang === "en" ? "/en" : ""}/gebied/${event.features[0].properties.area}`); });
  map.once("idle", () => { element.dataset.painted = String(painted.areas.length); });
  status.textContent = "";
}

export default function begin(element) {
  const status = document.getElementById("map-status");
  draw(element, status).catch((fault) => { status.textContent = element.dataset.broken; console.warn(fault.message); });
}
