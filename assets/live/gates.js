// Gates and states of a recurrent layer, or what all its layers carry above one another: a heat map unit × step for each,
// one tab stop for all. facts: dlplay/probes/states.py. Acts: lock {layer, unit, time}, release, order {value},
// layer {value}, stack, example {part, index}.
import { hover, onHover } from "./bus.js";
import { choice } from "./choice.js";
import { fixed, html, put, speaker } from "./dom.js";
import { LOOK as SHEET, sheet } from "./states/sheet.js";
import { capital, layerWords, marks, memoryWords, read, SHORT, shown, stepWords, unitWords, within } from "./states/words.js";
import { textWidth } from "./theme.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.gates .top { height: 28px; overflow: hidden; }
.gates .top .small { line-height: 14px; overflow: hidden; flex: 1; min-width: 0; }
.gates .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; flex: none; }
.part.gates .segments button { border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 8px; height: 26px; min-height: 26px; font-size: 12px; color: var(--muted); background: none; }
.part.gates .segments button:first-child { border-left: 0; }
.part.gates .segments button[aria-pressed="true"] { color: var(--text); background: var(--raised); }
.part.gates select { height: 28px; padding: 0 6px; font-size: 12px; max-width: 150px; }
.part.gates.narrow .told { height: 48px; white-space: normal; }
.gates .grid { display: grid; gap: 8px 16px; margin-top: 4px; outline-offset: 4px; border-radius: 4px; }
.gates .told { height: 16px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (pointer: coarse) { .gates .top { height: 44px; } .part.gates select { height: 44px; } }
${SHEET}`;
const HIGH = 256, LOW = 152, AXIS = 17, GAP = 8; // pixels: of all maps, of one on a narrow page, of the labels above a map

export function mount(root, act) {
  const about = html("span", { class: "small muted" });
  const title = html("span", { class: "title" });
  const goTo = (value) => act(value === "all" ? { do: "stack" } : { do: "layer", value: Number(value) });
  const layers = html("select", { "aria-label": "Recurrent layer", onchange: () => goTo(layers.value) });
  const orders = html("select", { "aria-label": "Order of the units", onchange: () => act({ do: "order", value: orders.value }) });
  let segments = null, floors = null;
  const segmented = html("span"), floored = html("span");
  const grid = html("div", { class: "grid", tabindex: "0", role: "application", "aria-roledescription": "heat maps" }), told = html("div", { class: "told" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, about, floored, layers, segmented, orders), grid, told);
  const say = speaker(root);
  let facts = null, tiles = [], made = "", listed = "", at = null, walked = false, telling = false, big = null;

  const isNarrow = () => root.clientWidth < 520;

  // ---- what is drawn: the maps of one layer, or of every layer what it carries, the last one on top
  function drawn() {
    const all = facts.stack
      ? [...facts.stack].reverse().flatMap(({ layer, shown: maps }) => maps.map((one) => ({ ...one, layer, key: `${layer}.${one.name}`, ranked: `${layer}.ranked` })))
      : facts.shown.map((one) => ({ ...one, layer: facts.layer, key: one.name, ranked: "ranked" }));
    return all.some((one) => one.name === big) ? all.filter((one) => one.name === big) : all;
  }
  const kinds = () => new Set(drawn().map((one) => one.name)).size;
  const across = () => { const n = kinds(); return n === 1 ? 1 : facts.stack || n <= 4 || isNarrow() ? 2 : 3; };
  const rowsOf = (layer) => facts.arrays[facts.stack ? `${layer}.ranked` : "ranked"].values;
  const valueAt = (one, cell) => facts.arrays[one.key].values[cell.unit * facts.time + cell.time];

  // ---- building: only when what is shown, its size or its labels change
  function labels() {
    const wide = Math.floor((grid.clientWidth || 1) / across()) - 16 - (facts.directions === 2 ? 16 : 0), each = wide / facts.time;
    const words = facts.tokens ? facts.tokens.map((_, time) => read(facts, time)) : facts.dates;
    const fits = words.length && words.every((word) => textWidth(word) <= each + 1);
    return fits ? words : Array.from({ length: facts.time }, (_, i) => `${i + 1}`);
  }

  function build(maps) {
    const words = labels(), marked = marks(facts), signature = JSON.stringify([root.clientWidth, maps.map((one) => one.key), big, words, marked, facts.units, facts.directions]);
    if (signature === made) return;
    made = signature;
    const columns = across(), lines = Math.ceil(maps.length / columns), labelled = (i) => !facts.stack || i < columns;
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    grid.style.height = `${isNarrow() && lines > 1 ? lines * (facts.stack ? LOW - 24 : LOW) : HIGH}px`;
    grid.style.gridTemplateRows = facts.stack ? [`minmax(0, calc((100% - ${(lines - 1) * GAP + AXIS}px) / ${lines} + ${AXIS}px))`, ...Array(lines - 1).fill("minmax(0, 1fr)")].join(" ") : `repeat(${lines}, minmax(0, 1fr))`;
    tiles = maps.map((one, i) => tile(one, labelled(i)));
    grid.replaceChildren(...tiles.map((one) => one.node));
    for (const one of tiles) one.place(words, facts, marked);
  }

  function tile({ name, title: words, layer, key }, labelled) {
    const single = kinds() === 1 && big === null, whole = facts.stack ? `Layer ${layer + 1}: ${words.toLowerCase()}` : words;
    const heading = html("button", {
      type: "button", tabindex: "-1", title: single ? null : "Show this one large, or all again",
      onclick: () => { if (!single) { big = big === name ? null : name; update(facts); } },
    }, big === name ? `‹ ${whole}` : whole);
    return sheet(root, { name, layer, key }, heading, labelled, {
      look: (cell) => { walked = false; look(cell); },
      leave: () => { if (!walked) look(null); },
      known: (cell) => same(cell, at) || same(cell, lockOf()),
      choose,
    });
  }

  // ---- drawing: at every frame
  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (!within(facts, at) || (at?.layer ?? 0) >= facts.layers || (!facts.stack && (at?.layer ?? facts.layer) !== facts.layer)) at = null;
    root.classList.toggle("narrow", isNarrow());
    const maps = drawn();
    list();
    build(maps);
    maps.forEach((one, i) => tiles[i].paint({ ...one, values: facts.arrays[one.key].values, rows: facts.arrays[one.ranked].values }));
    const words = `${facts.cell}, ${facts.stack ? `all ${facts.layers} layers` : `layer ${facts.layer + 1} of ${facts.layers}`}: ${[...new Set(maps.map((one) => one.title.toLowerCase()))].join(", ")}; ${facts.units * facts.directions} units${facts.directions === 2 ? ", the upper half reads from the start, the lower half from the end," : ""} by ${facts.time} steps. Arrows move, Enter locks a unit and a step, Escape releases.`;
    if (grid.getAttribute("aria-label") !== words) grid.setAttribute("aria-label", words);
    show();
  }

  // The heading, the choice of the layer and that of the order: as buttons, or as lists where there is less room.
  function list() {
    const what = facts.shown.length > 1 && !facts.stack ? "Gates and states" : "States";
    put(title, `${what}${facts.layers < 2 ? "" : facts.stack ? ", all layers" : `, layer ${facts.layer + 1}`}`);
    const signature = JSON.stringify([facts.layers, facts.orders, facts.follows, root.clientWidth]);
    if (signature !== listed) {
      listed = signature;
      const words = facts.orders.map((one) => (one === "follows the target" && facts.follows ? `follows ${facts.follows.name}` : one));
      const numbers = Array.from({ length: facts.layers }, (_, i) => String(i)), named = numbers.map((_, i) => `layer ${i + 1}`);
      const wide = (labels) => labels.reduce((sum, label) => sum + textWidth(label) + 19, 0);
      const short = [...named.map((label, i) => (i ? String(i + 1) : label)), "all"], room = root.clientWidth - (facts.layers > 1 ? 170 + wide(short) + 8 : 120);
      orders.replaceChildren(...facts.orders.map((one, i) => html("option", { value: one }, words[i])));
      layers.replaceChildren(...[...numbers, "all"].map((value, i) => html("option", { value }, named[i] ?? "all layers")));
      segments = choice(facts.orders, (value) => act({ do: "order", value }), words);
      segments.node.setAttribute("aria-label", "Order of the units");
      segmented.replaceChildren(segments.node);
      floors = choice([...numbers, "all"], goTo, short);
      floors.node.setAttribute("aria-label", "Recurrent layer");
      floored.replaceChildren(floors.node);
      layers.hidden = facts.layers < 2 || !isNarrow();
      floored.hidden = facts.layers < 2 || isNarrow();
      orders.hidden = !isNarrow() && wide(words) <= room;
      segmented.hidden = !orders.hidden;
      about.hidden = facts.layers > 1 || isNarrow() || wide(words) + 150 > room;
    }
    put(about, `unit (down) × ${facts.tokens ? "token read" : "step"} (across)`);
    const layer = facts.stack ? "all" : String(facts.layer);
    layers.value = layer;
    floors.set(layer);
    orders.value = facts.order;
    segments.set(facts.order);
  }

  // What is pointed at, else locked, else looked at, and in which layer.
  const spot = () => ({ layer: at?.layer ?? facts.layer, ...shown(facts, at) });

  function show() {
    const rest = shown(facts, null), cell = spot(), other = cell.layer !== facts.layer;
    for (const one of tiles) {
      const own = one.key.layer === facts.layer;
      one.show({
        unit: own ? rest.unit : null, at: rest.time, locked: facts.unit !== null, lockedTime: facts.at !== null,
        hotUnit: at?.unit !== undefined && one.key.layer === cell.layer ? at.unit : null, hotTime: at?.time ?? null,
      });
    }
    const maps = facts.stack ? drawn().filter((one) => one.layer === cell.layer) : facts.shown.map((one) => ({ ...one, key: one.name }));
    const values = maps.map((one) => `${SHORT[one.name]} ${fixed(valueAt(one, cell))}`).join(", "), memory = other ? "" : memoryWords(facts, cell.unit);
    put(told, `${capital(`${layerWords(facts, cell.layer)}${unitWords(facts, cell.unit)}`)}, ${stepWords(facts, cell.time)}: ${values}${memory ? `; ${memory}` : ""}`);
    told.title = told.textContent;
  }

  // ---- pointing
  const same = (a, b) => Boolean(a && b && a.unit === b.unit && a.time === b.time && (a.layer ?? facts.layer) === (b.layer ?? facts.layer));
  const lockOf = () => (facts.unit === null ? null : { layer: facts.layer, unit: facts.unit, time: facts.at });
  function look(cell) {
    if (same(cell, at) || (!cell && !at)) return;
    at = cell;
    show();
    telling = true;
    hover(cell && { kind: "state", unit: cell.layer === facts.layer ? cell.unit : null, time: cell.time, words: told.textContent });
    telling = false;
  }
  const choose = (cell) => act(same(cell, lockOf()) ? { do: "release" } : { do: "lock", ...cell });

  grid.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target !== grid) return;
    const step = arrow(event), from = spot(), rows = rowsOf(from.layer), row = rows.indexOf(from.unit);
    const go = (to, time) => {
      const floor = facts.stack ? clamp(from.layer + (to < 0) - (to >= rows.length), 0, facts.layers - 1) : from.layer, crossed = floor !== from.layer;
      walked = true;
      look({ layer: floor, unit: rowsOf(floor)[crossed ? (to < 0 ? rows.length - 1 : 0) : clamp(to, 0, rows.length - 1)], time: clamp(time, 0, facts.time - 1) });
      say(told.textContent);
    };
    if (step) go(at ? row + step[0] : row, at ? from.time + step[1] : from.time);
    else if (event.key === "Home") go(row, 0);
    else if (event.key === "End") go(row, facts.time - 1);
    else if (event.key === "[" || event.key === "]") {
      const { part, index, count } = facts.example;
      act({ do: "example", part, index: (index + (event.key === "]" ? 1 : -1) + count) % count });
    } else if (event.key === "Enter") choose(from);
    else if (event.key === "Escape" && (at || facts.unit !== null || facts.at !== null)) { look(null); if (facts.unit !== null || facts.at !== null) act({ do: "release" }); }
    else return;
    event.preventDefault();
  });
  grid.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });
  grid.addEventListener("click", (event) => { if (event.target === grid && (facts.unit !== null || facts.at !== null)) act({ do: "release" }); });

  const quiet = onHover((what) => {
    if (!facts || telling) return;
    const next = what?.kind === "state" && within(facts, what) ? what : null;
    if (!next && !at) return;
    at = next && { layer: facts.layer, unit: next.unit ?? undefined, time: next.time ?? undefined };
    show();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { quiet(); watch.disconnect(); if (at) hover(null); } };
}
