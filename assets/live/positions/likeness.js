// How alike the places of patches are: a small map for each patch, at that patch's place, each of its cells the cosine
// with the patch there; the one that is pointed at or locked stands large beside, with its numbers. A place before the
// patches, such as the class token's, has no place on the image: its map stands beside the others.
// What all places have in common makes them all alike: without their mean it is left out.
// Dosovitskiy et al., An Image is Worth 16×16 Words, 2021, figure 7.
import { choice } from "../choice.js";
import { paintCodes, toCodes } from "../codes.js";
import { box, fixed, html, put, speaker, svg } from "../dom.js";
import { legend } from "../legend.js";
import { sharp } from "../sharp.js";
import { arrow, clamp, plain } from "../walk.js";

export const LIKENESS_LOOK = `
.positions .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; }
.part.positions .segments button { border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 9px; height: 26px; min-height: 26px; color: var(--muted); font-size: 12px; line-height: 16px; white-space: nowrap; }
.part.positions .segments button:first-child { border-left: 0; }
.part.positions .segments button[aria-pressed="true"] { color: var(--text); box-shadow: inset 0 0 0 1px var(--text); background: none; font-weight: 400; }
@media (pointer: coarse) { .part.positions .segments button { height: 44px; } }
.likeness { display: grid; grid-template-columns: auto auto; gap: 24px; justify-content: start; }
.likeness .head { height: 20px; margin-bottom: 4px; gap: 12px; font-size: 12px; line-height: 16px; white-space: nowrap; }
.likeness .head b { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.likeness .legend .bar { width: 32px; }
.likeness .field { position: relative; cursor: pointer; outline-offset: 3px; touch-action: manipulation; user-select: none; }
.likeness .field canvas { border-radius: 0; }
.likeness .field .apart { position: absolute; font-size: 11px; line-height: 14px; color: var(--muted); text-align: center; }
.likeness .ring { position: absolute; pointer-events: none; display: none; box-shadow: 0 0 0 1px var(--page), 0 0 0 2px var(--control); }
.likeness .ring.locked { box-shadow: 0 0 0 1px var(--page), 0 0 0 3px var(--text); }
.likeness .large { position: relative; cursor: crosshair; }
.likeness .large svg { position: absolute; inset: 0; pointer-events: none; }
.likeness .large text { text-anchor: middle; dominant-baseline: central; fill: var(--text); font-family: var(--fontNumber); }
.likeness .large .own { fill: none; stroke: var(--text); stroke-width: 2; }
.likeness .read { font-size: 12px; line-height: 14px; margin-top: 4px; width: 196px; }
.likeness .read div { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; height: 14px; }
@media (max-width: 640px) { .likeness { grid-template-columns: minmax(0, 1fr); gap: 12px; } .likeness .read { width: auto; } }
`;
const SHEET = 216, LARGE = 192, APART = 40, GAP = 3, WRITTEN = 22; // pixels: of all maps, of the large one, of a map beside them, between two, of a cell with its number

// lock(place) or lock(null): a click or Enter, Escape.
export function likeness(root, lock) {
  const key = legend({ tag: "span", framed: true }), name = html("b"), title = html("b"), said = [html("div"), html("div", { class: "muted" })], read = html("div", { class: "read" }, ...said);
  const canvas = html("canvas", { role: "img" }), words = html("span", { class: "apart" }), rings = ["ring", "ring locked"].map((kind) => html("div", { class: kind }));
  const field = html("div", { class: "field", tabindex: "0", role: "application", "aria-roledescription": "map of maps" }, canvas, words, ...rings);
  const big = html("canvas", { class: "pixelated", role: "img" }), numbers = svg("svg"), large = html("div", { class: "large" }, big, numbers);
  const node = html("div", { class: "likeness" }, html("div", {}, html("div", { class: "spread head" }, name, key.node), field), html("div", {}, html("div", { class: "head" }, title), large, read));
  const ways = choice([false, true], (value) => { apart = value; if (facts) update(facts); }, ["as they are", "without their mean"]);
  const say = speaker(node), sheet = document.createElement("canvas"), aside = document.createElement("canvas");
  let facts = null, grid = null, count = 0, limit = 1, apart = false, at = null, cell = null, walked = false;

  const front = () => (apart ? 0 : grid.before), first = () => grid.before - front();
  const value = (a, b) => { const { values, shape } = facts.arrays[apart ? "apart" : "similarity"], one = values[(a - first()) * shape[1] + b - first()]; return values instanceof Uint8Array ? one / 127 - 1 : one; };
  const shown = () => [at, facts.at].find((place) => place !== null && place >= first() && place < count) ?? grid.before + Math.floor(grid.rows / 2) * grid.columns + Math.floor(grid.columns / 2);
  const placed = (place) => (place < grid.before ? null : [Math.floor((place - grid.before) / grid.columns), (place - grid.before) % grid.columns]);
  const called = (place) => (place < grid.before ? `${facts.tokens[place]} token` : `${grid.word} ${facts.tokens[place]}`);
  const left = () => (front() ? APART + 12 : 0);
  const side = () => Math.floor((SHEET + GAP) / Math.max(grid.rows, grid.columns)) - GAP;
  const corner = ([row, column]) => [left() + column * (side() + GAP), row * (side() + GAP)];
  const spot = (place) => (place < grid.before ? [0, place * (APART + 18), APART, (APART * grid.rows) / grid.columns] : [...corner(placed(place)), tile()[0], tile()[1]]);
  const tile = () => [side(), (side() * grid.rows) / grid.columns];

  // ---- drawing: at every frame
  function update(next) {
    facts = next;
    grid = facts.grid;
    ways.set(apart);
    count = facts.tokens.length;
    limit = 1e-9;
    for (let a = first(); a < count; a++) for (let b = first(); b < a; b++) limit = Math.max(limit, Math.abs(value(a, b)));
    limit = Math.min(1, limit);
    put(name, "How alike two places are");
    key.set({ before: "", low: fixed(-limit), high: fixed(limit), scale: "signed", after: "" });
    paint();
    const label = `A map for each ${grid.word}: the cosine of its position with every other's, from ${fixed(-limit)} to ${fixed(limit)} between different places. Arrows move, Enter locks, Escape releases.`;
    if (field.getAttribute("aria-label") !== label) { field.setAttribute("aria-label", label); canvas.setAttribute("aria-label", label); }
    show();
  }
  function paint() {
    const { rows, columns, before } = grid, n = rows * columns, values = new Float32Array(n * n), wide = columns * columns;
    for (let place = 0; place < n; place++) for (let other = 0; other < n; other++) {
      const y = Math.floor(place / columns) * rows + Math.floor(other / columns), x = (place % columns) * columns + (other % columns);
      values[y * wide + x] = value(before + place, before + other);
    }
    paintCodes(root, sheet, toCodes(values, -limit, limit), rows * rows, wide, "signed");
    const [w, h] = tile(), across = left() + columns * (w + GAP) - GAP, down = rows * (h + GAP) - GAP;
    field.style.width = `${across}px`;
    field.style.height = `${down}px`;
    const g = sharp(canvas, across, down);
    g.imageSmoothingEnabled = false;
    for (let place = 0; place < n; place++) {
      const [x, y, tw, th] = spot(before + place), [row, column] = placed(before + place);
      g.drawImage(sheet, column * columns, row * rows, columns, rows, x, y, tw, th);
    }
    for (let place = 0; place < front(); place++) {
      paintCodes(root, aside, toCodes(Float32Array.from({ length: n }, (_, other) => value(place, before + other)), -limit, limit), rows, columns, "signed");
      g.drawImage(aside, 0, 0, columns, rows, ...spot(place));
    }
    words.style.display = front() ? "" : "none";
    if (front()) { put(words, facts.tokens[0]); box(words, 0, (APART * rows) / columns + 2, APART, 14); }
  }

  // ---- what is pointed at or locked, large
  function show() {
    const { rows, columns, before } = grid, place = shown(), n = rows * columns, unit = Math.floor(LARGE / Math.max(rows, columns)) || LARGE / Math.max(rows, columns);
    const values = Float32Array.from({ length: n }, (_, other) => value(place, before + other)), mine = place >= before ? place - before : -1;
    rings.forEach((ring, i) => {
      const which = i ? facts.at : at ?? (facts.at === null ? place : null);
      ring.style.display = which === null || which === undefined || which < first() ? "none" : "block";
      if (ring.style.display === "block") box(ring, ...spot(which));
    });
    put(title, `${called(place)[0].toUpperCase()}${called(place).slice(1)}${place === facts.at ? " · locked" : ""}`);
    paintCodes(root, big, toCodes(values, -limit, limit), rows, columns, "signed");
    for (const one of [big, large, numbers]) { one.style.width = `${columns * unit}px`; one.style.height = `${rows * unit}px`; }
    const digits = unit >= 34 ? 2 : 1, drawn = [];
    const own = (i) => svg("rect", { class: "own", x: (i % columns) * unit + 1, y: Math.floor(i / columns) * unit + 1, width: unit - 2, height: unit - 2 });
    if (mine >= 0) drawn.push(own(mine));
    if (unit >= WRITTEN) values.forEach((one, i) => drawn.push(svg("text", { x: (i % columns + 0.5) * unit, y: (Math.floor(i / columns) + 0.5) * unit, style: `font-size:${unit >= 34 ? 12 : 10}px` }, i === mine ? "1" : fixed(one, digits))));
    numbers.replaceChildren(...drawn);
    put(said[0], cell === null ? `cosine with each ${grid.word}` : `with ${called(before + cell)}: ${fixed(values[cell], 3)}`);
    put(said[1], front() && place >= before ? `with the ${called(0)}: ${fixed(value(place, 0), 3)}` : "");
    big.setAttribute("aria-label", `${called(place)}: ${spoken()}`);
  }

  const spoken = () => said.map((one) => one.textContent).filter(Boolean).join(", ");

  // ---- pointing
  function under(event) {
    const where = field.getBoundingClientRect(), x = event.clientX - where.left, y = event.clientY - where.top;
    for (let place = 0; place < front(); place++) { const [l, t, w, h] = spot(place); if (x >= l && x <= l + w && y >= t && y <= t + h) return place; }
    const [w, h] = tile(), column = Math.floor((x - left()) / (w + GAP)), row = Math.floor(y / (h + GAP));
    return column >= 0 && column < grid.columns && row >= 0 && row < grid.rows ? grid.before + row * grid.columns + column : null;
  }
  function point(place) {
    if (place === at) return;
    at = place;
    show();
  }
  field.addEventListener("pointermove", (event) => { if (facts && event.pointerType !== "touch") { walked = false; point(under(event)); } });
  field.addEventListener("pointerleave", (event) => { if (facts && event.pointerType !== "touch" && !walked) point(null); });
  field.addEventListener("click", (event) => {
    if (!facts) return;
    const place = under(event), known = place === at;
    point(place);
    if (event.pointerType === "touch" && !known) return;
    lock(place === null || place === facts.at ? null : place);
  });
  big.addEventListener("pointermove", (event) => {
    const where = big.getBoundingClientRect(), row = clamp(Math.floor(((event.clientY - where.top) / where.height) * grid.rows), 0, grid.rows - 1), column = clamp(Math.floor(((event.clientX - where.left) / where.width) * grid.columns), 0, grid.columns - 1);
    cell = row * grid.columns + column;
    show();
  });
  big.addEventListener("pointerleave", () => { cell = null; if (facts) show(); });

  // ---- walking: a place before the patches stands left of them
  field.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const step = arrow(event);
    if (step) {
      const here = placed(shown());
      walked = true;
      if (at === null && facts.at === null) point(shown());
      else if (!here) point(step[1] > 0 ? grid.before : shown());
      else if (step[1] < 0 && here[1] === 0 && front()) point(0);
      else point(grid.before + clamp(here[0] + step[0], 0, grid.rows - 1) * grid.columns + clamp(here[1] + step[1], 0, grid.columns - 1));
      say(`${called(shown())}, ${spoken()}`);
    } else if (event.key === "Enter") lock(shown() === facts.at ? null : shown());
    else if (event.key === "Escape") { point(null); if (facts.at !== null) lock(null); }
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => { if (walked) { walked = false; if (facts) point(null); } });
  return { node, ways: ways.node, update };
}
