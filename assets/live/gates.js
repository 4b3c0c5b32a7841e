// Gates and states of a recurrent layer: a heat map unit × step for each, one tab stop for all.
// facts: dlplay/probes/states.py. Acts: lock {unit, time}, release, order {value}, layer {value}.
import { hover, onHover } from "./bus.js";
import { choice } from "./choice.js";
import { paintCodes, toCodes } from "./codes.js";
import { box, fixed, html, put, speaker, tidy } from "./dom.js";
import { axes } from "./heat/axes.js";
import { legend } from "./legend.js";
import { capital, read, SHORT, shown, stepWords, unitWords, valueOf, within } from "./states/words.js";
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
.gates.narrow .legend .bar { width: 18px; }
.part.gates.narrow .told { height: 32px; white-space: normal; }
.gates .grid { display: grid; gap: 8px 16px; margin-top: 4px; outline-offset: 4px; border-radius: 4px; }
.gates .tile { min-width: 0; display: flex; flex-direction: column; }
.gates .head { display: flex; justify-content: space-between; align-items: center; gap: 8px; height: 18px; }
.part.gates .head button { border: 0; background: none; padding: 0; min-height: 0; font-size: 12px; line-height: 16px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; box-shadow: none; }
.part.gates .head button:hover { text-decoration: underline dotted var(--control); text-underline-offset: 3px; }
.gates .legend { gap: 4px; }
.gates .legend .bar { width: 44px; }
.gates .across { height: 17px; overflow: hidden; }
.gates .cells { position: relative; flex: 1; min-height: 24px; cursor: crosshair; touch-action: manipulation; user-select: none; }
.gates .cells canvas { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 0; }
.gates .cells > div { position: absolute; pointer-events: none; }
.gates .mesh { inset: 0; }
.gates .looked { border: 1px solid var(--control); border-radius: 2px; }
.gates .looked.locked { border: 2px solid var(--text); }
.gates .hot { border: 1px dashed var(--text); border-radius: 2px; display: none; }
.gates .parted { left: 0; right: 0; height: 2px; background: var(--text); }
.gates .flag { fill: var(--text); font-weight: 700; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.gates .told { height: 16px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (pointer: coarse) { .gates .top { height: 44px; } .part.gates select { height: 44px; } .part.gates .head button { min-height: 24px; } .gates .head { height: 24px; } }
`;
const HIGH = 256, LOW = 152, FINEST = 5; // pixels: of all maps, of one on a narrow page, of a cell that is outlined

export function mount(root, act) {
  const about = html("span", { class: "small muted" });
  const layers = html("select", { "aria-label": "Recurrent layer", onchange: () => act({ do: "layer", value: Number(layers.value) }) });
  const orders = html("select", { "aria-label": "Order of the units", onchange: () => act({ do: "order", value: orders.value }) });
  let segments = null;
  const segmented = html("span");
  const grid = html("div", { class: "grid", tabindex: "0", role: "application", "aria-roledescription": "heat maps" }), told = html("div", { class: "told" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, html("span", { class: "title" }, "Gates and states"), about, layers, orders, segmented), grid, told);
  const say = speaker(root);
  let facts = null, tiles = [], made = "", listed = "", at = null, walked = false, touched = false, big = null, rows = [], placeOf = [];

  const isNarrow = () => root.clientWidth < 520;

  // ---- building: only when what is shown, its size or its labels change
  function labels() {
    const wide = Math.floor((grid.clientWidth || 1) / across()) - 16, each = wide / facts.time;
    const words = facts.tokens?.map((_, time) => read(facts, time));
    const fits = words && words.every((word) => textWidth(word) <= each + 1);
    return fits ? words : Array.from({ length: facts.time }, (_, i) => `${i + 1}`);
  }
  const drawn = () => (facts.shown.some((one) => one.name === big) ? facts.shown.filter((one) => one.name === big) : facts.shown);
  const across = () => { const n = drawn().length; return n === 1 ? 1 : n <= 4 || isNarrow() ? 2 : 3; };

  function build() {
    const words = labels(), signature = JSON.stringify([root.clientWidth, drawn().map((one) => one.name), facts.shown.length, words, facts.units, facts.directions]);
    if (signature === made) return;
    made = signature;
    const lines = Math.ceil(drawn().length / across());
    grid.style.gridTemplateColumns = `repeat(${across()}, minmax(0, 1fr))`;
    grid.style.height = `${isNarrow() && lines > 1 ? lines * LOW : HIGH}px`;
    grid.style.gridAutoRows = "minmax(0, 1fr)";
    tiles = drawn().map(({ name, title }) => tile(name, title));
    grid.replaceChildren(...tiles.map((one) => one.node));
    for (const one of tiles) one.place(words);
  }

  function tile(name, title) {
    const key = legend({ tag: "span" }), labelled = axes(), canvas = html("canvas", { class: "pixelated", role: "img" });
    const mark = (kind) => html("div", { class: kind });
    const looked = [mark("looked row"), mark("looked column")], hot = [mark("hot row"), mark("hot column")], mesh = mark("mesh"), parted = mark("parted");
    const cells = html("div", { class: "cells" }, canvas, mesh, parted, ...looked, ...hot);
    const heading = html("button", {
      type: "button", tabindex: "-1", title: facts.shown.length > 1 ? "Show this one large, or all again" : null,
      onclick: () => { if (facts.shown.length > 1) { big = big === name ? null : name; update(facts); } },
    }, big === name ? `‹ ${title}` : title);
    const node = html("div", { class: "tile" }, html("div", { class: "head" }, heading, key.node), labelled.across, cells);
    let wide = 0, tall = 0;
    cells.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    cells.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") { walked = false; look(under(event)); } });
    cells.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
    cells.addEventListener("click", (event) => {
      const cell = under(event), known = same(cell, at) || same(cell, lockOf());
      look(cell);
      if (!touched || known) choose(cell);
    });
    function under(event) {
      const where = cells.getBoundingClientRect();
      const row = clamp(Math.floor((event.clientY - where.top) / tall), 0, rows.length - 1), time = clamp(Math.floor((event.clientX - where.left) / wide), 0, facts.time - 1);
      return { unit: rows[row], time };
    }
    const frame = (one, row, time, out) => {
      if (row !== null) box(one, -out, row * tall - out, facts.time * wide + 2 * out, Math.max(tall, 3) + 2 * out);
      else box(one, time * wide - out, -out, Math.max(wide, 3) + 2 * out, rows.length * tall + 2 * out);
    };
    return {
      node, name,
      place(words) {
        wide = cells.clientWidth / facts.time; tall = cells.clientHeight / (facts.units * facts.directions);
        labelled.build([""], words, { left: 0, top: 17, wide, tall, upright: false, room: 0 });
        mesh.style.background = wide >= FINEST && tall >= FINEST
          ? `linear-gradient(90deg, var(--page) 1px, transparent 1px) -0.5px 0 / ${wide}px 100%, linear-gradient(var(--page) 1px, transparent 1px) 0 -0.5px / 100% ${tall}px` : "none";
        parted.hidden = facts.directions === 1;
        parted.style.top = `${facts.units * tall - 1}px`;
      },
      paint(entry, codes, values) {
        paintCodes(root, canvas, codes, rows.length, facts.time, entry.scale, values);
        key.set({ low: tidy(Number(entry.low.toPrecision(2))), high: tidy(Number(entry.high.toPrecision(2))), scale: entry.scale });
        canvas.setAttribute("aria-label", `${entry.title}: ${rows.length} units by ${facts.time} steps, from ${tidy(entry.low)} to ${tidy(entry.high)}`);
      },
      show() {
        const here = shown(facts, null);
        frame(looked[0], placeOf[here.unit], null, 1);
        frame(looked[1], null, here.time, 1);
        looked[0].classList.toggle("locked", facts.unit !== null);
        looked[1].classList.toggle("locked", facts.at !== null);
        hot[0].style.display = at?.unit === undefined ? "none" : "block";
        hot[1].style.display = at?.time === undefined ? "none" : "block";
        if (at?.unit !== undefined) frame(hot[0], placeOf[at.unit], null, 1);
        if (at?.time !== undefined) frame(hot[1], null, at.time, 1);
        labelled.point({ row: 0, column: shown(facts, at).time });
      },
    };
  }

  // ---- drawing: at every frame
  let ordered = new Float32Array(0);
  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    rows = facts.arrays.ranked.values;
    placeOf = [];
    rows.forEach((unit, row) => { placeOf[unit] = row; });
    if (!within(facts, at)) at = null;
    root.classList.toggle("narrow", isNarrow());
    list();
    build();
    for (const one of tiles) {
      const entry = facts.shown.find(({ name }) => name === one.name), values = facts.arrays[entry.name].values, n = facts.time;
      if (ordered.length !== values.length) ordered = new Float32Array(values.length);
      rows.forEach((unit, row) => ordered.set(values.subarray(unit * n, unit * n + n), row * n));
      one.paint(entry, toCodes(ordered, entry.low, entry.high), ordered);
    }
    const words = `${facts.cell}, layer ${facts.layer + 1} of ${facts.layers}: ${facts.shown.map((one) => one.title.toLowerCase()).join(", ")}; ${rows.length} units by ${facts.time} steps. Arrows move, Enter locks a unit and a step, Escape releases.`;
    if (grid.getAttribute("aria-label") !== words) grid.setAttribute("aria-label", words);
    show();
  }

  function list() {
    put(about, isNarrow() ? "" : `unit (down) × ${facts.tokens ? "token read" : "step"} (across)`);
    const signature = JSON.stringify([facts.layers, facts.orders, isNarrow()]);
    if (signature !== listed) {
      listed = signature;
      layers.replaceChildren(...Array.from({ length: facts.layers }, (_, i) => html("option", { value: i }, `layer ${i + 1}`)));
      orders.replaceChildren(...facts.orders.map((one) => html("option", { value: one }, one)));
      const words = facts.orders.map((one) => (one === "follows the target" && facts.follows ? `follows ${facts.follows.name}` : one));
      segments = choice(facts.orders, (value) => act({ do: "order", value }), words);
      segments.node.setAttribute("aria-label", "Order of the units");
      segmented.replaceChildren(segments.node);
      layers.hidden = facts.layers < 2;
      orders.hidden = !isNarrow();
      segmented.hidden = isNarrow();
    }
    layers.value = String(facts.layer);
    orders.value = facts.order;
    segments.set(facts.order);
  }

  function show() {
    for (const one of tiles) one.show();
    const cell = shown(facts, at);
    put(told, `${capital(unitWords(facts, cell.unit))}, ${stepWords(facts, cell.time)}: ${facts.shown.map(({ name }) => `${SHORT[name]} ${fixed(valueOf(facts, name, cell))}`).join(", ")}`);
  }

  // ---- pointing
  const same = (a, b) => Boolean(a && b && a.unit === b.unit && a.time === b.time);
  const lockOf = () => (facts.unit === null ? null : { unit: facts.unit, time: facts.at });
  function look(cell) {
    if (same(cell, at) || (!cell && !at)) return;
    at = cell;
    show();
    hover(cell && { kind: "state", ...cell, words: told.textContent });
  }
  const choose = (cell) => act(same(cell, lockOf()) ? { do: "release" } : { do: "lock", ...cell });

  grid.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target !== grid) return;
    const step = arrow(event), from = shown(facts, at), row = placeOf[from.unit];
    const go = (to, time) => { walked = true; look({ unit: rows[clamp(to, 0, rows.length - 1)], time: clamp(time, 0, facts.time - 1) }); say(told.textContent); };
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
    if (!facts) return;
    const next = what?.kind === "state" && within(facts, what) ? what : null;
    if (next === at || (!next && !at)) return;
    at = next && { unit: next.unit ?? undefined, time: next.time ?? undefined };
    show();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { quiet(); watch.disconnect(); if (at) hover(null); } };
}
