// What the server knows, asked once: areas of a division for good, values of a map for as long as the page is open.
const MOST = 60;
const kept = new Map();

export function asked(address) {
  if (kept.has(address)) {
    const found = kept.get(address);
    kept.delete(address);
    kept.set(address, found);
    return found;
  }
  const answer = fetch(address).then((reply) => {
    if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
    return reply.json();
  });
  answer.catch(() => kept.delete(address));
  kept.set(address, answer);
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
  return answer;
}

export async function areas(address) {
  const lists = await asked(address);
  if (!lists.at) lists.at = new Map(lists.areas.map((area, number) => [area, number]));
  return lists;
}

// The area that lies nearest in a direction, seen from one of them: straight ahead counts more than near.
export function neighbour(lists, from, east, north, fits) {
  const squeeze = Math.cos((from.y * Math.PI) / 180);
  let best = -1, least = Infinity;
  for (let number = 0; number < lists.areas.length; number += 1) {
    if (number === from.number || !fits(number)) continue;
    const across = (lists.x[number] - from.x) * squeeze, up = lists.y[number] - from.y;
    const ahead = across * east + up * north;
    const aside = Math.abs(across * north - up * east);
    if (ahead <= 0 || aside > 1.8 * ahead) continue;
    const score = Math.hypot(across, up) * (1 + aside / ahead);
    if (score < least) { least = score; best = number; }
  }
  return best;
}

export function nearest(lists, x, y, fits) {
  const squeeze = Math.cos((y * Math.PI) / 180);
  let best = -1, least = Infinity;
  for (let number = 0; number < lists.areas.length; number += 1) {
    if (!fits(number)) continue;
    const away = Math.hypot((lists.x[number] - x) * squeeze, lists.y[number] - y);
    if (away < least) { least = away; best = number; }
  }
  return best;
}

// What is said of an area: by the tip under the mouse, and aloud when it is chosen.
export function said(painted, lists, number, words, lang) {
  const value = painted.values[number];
  const write = (each, decimals) => each.toLocaleString(lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const unit = painted.unit === "%" ? "%" : painted.unit ? ` ${painted.unit}` : "";
  const parts = [];
  if (value === null) parts.push(words[painted.why[number]] ?? words.n);
  else {
    const margin = painted.margins[number];
    parts.push(`${write(value, painted.decimals)}${unit}${margin === null ? "" : ` ± ${write(margin, painted.decimals)}`}`);
    const key = painted.legend.find((each) => each[0] === painted.codes[number]);
    if (key && painted.codes[number] !== "-") parts.push(key[2]);
    if (words[painted.why[number]] && painted.why[number] !== "m") parts.push(words[painted.why[number]]);
    if (painted.show === "waarde" && painted.marks[number] !== null && painted.scale === "judged" && painted.marks[number] !== value) {
      parts.push(words.mark_of.replace("{mark}", write(painted.marks[number], 1)));
    }
    if (painted.places[number] !== null && painted.show === "waarde") {
      parts.push(words.place_of.replace("{place}", painted.places[number].toLocaleString(lang)).replace("{of}", painted.of.toLocaleString(lang)));
      if (painted.lows[number] !== null) {
        parts.push(words.place_range.replace("{low}", painted.lows[number].toLocaleString(lang)).replace("{high}", painted.highs[number].toLocaleString(lang)));
      }
    }
    if (painted.n[number] !== null) parts.push(`n = ${painted.n[number].toLocaleString(lang)}`);
  }
  return { name: lists.names[number], text: `${parts.join("; ")} (${painted.year})` };
}
