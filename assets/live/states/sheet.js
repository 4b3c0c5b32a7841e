// One map unit × step of a layer: its title and legend, what its columns are, which way each half reads, and its marks.
import { paintCodes, toCodes } from "../codes.js";
import { box, html, put, svg, tidy } from "../dom.js";
import { axes } from "../heat/axes.js";
import { legend } from "../legend.js";
import { clamp } from "../walk.js";

export const LOOK = `
.gates .tile { min-width: 0; display: flex; flex-direction: column; }
.gates .head { display: flex; justify-content: space-between; align-items: center; gap: 8px; height: 18px; flex: none; }
.part.gates .head button { border: 0; background: none; padding: 0; min-height: 0; font-size: 12px; line-height: 16px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; box-shadow: none; }
.part.gates .head button:hover { text-decoration: underline dotted var(--control); text-underline-offset: 3px; }
.gates .legend { gap: 4px; }
.gates .legend .bar { width: 44px; }
.gates.narrow .legend .bar { width: 18px; }
.gates .across { height: 17px; overflow: hidden; flex: none; }
.gates .body { display: flex; flex: 1; min-height: 12px; }
.gates .ways { flex: none; width: 16px; display: flex; flex-direction: column; font-size: 12px; line-height: 12px; }
.gates .ways > div { flex: 1; min-height: 0; overflow: hidden; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 2px; cursor: default; }
.gates .ways .words { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
.gates .cells { position: relative; flex: 1; min-width: 0; cursor: crosshair; touch-action: manipulation; user-select: none; }
.gates .cells canvas { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 0; }
.gates .cells > div, .gates .cells > svg { position: absolute; pointer-events: none; }
.gates .mesh { inset: 0; }
.gates .looked { border: 1px solid var(--control); border-radius: 2px; }
.gates .looked.locked { border: 2px solid var(--text); }
.gates .hot { border: 1px dashed var(--text); border-radius: 2px; display: none; }
.gates .parted { left: 0; right: 0; height: 2px; background: var(--text); }
.gates .marked { left: 0; top: -5px; width: 100%; height: 5px; overflow: visible; fill: var(--text); }
.gates .flag { fill: var(--text); font-weight: 700; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
@media (pointer: coarse) { .part.gates .head button { min-height: 24px; } .gates .head { height: 24px; } }
`;
const FINEST = 5, SIDE = 16; // pixels: of a cell that is outlined; of the column that says which way a half reads
const WAYS = [["→", "start"], ["←", "end"]], WORDS = [100, 44]; // and the height that the words take, in full and short

// hand: { press(), look(cell | null, walked), choose(cell), preview(cell): whether a tap on it locks }. labelled: whether
// its columns have labels. Gives { node, key, place(words, facts), paint(entry), show(what) }.
export function sheet(root, key, heading, labelled, hand) {
  const range = legend({ tag: "span" }), labels = axes(), canvas = html("canvas", { class: "pixelated", role: "img" });
  const mark = (kind) => html("div", { class: kind });
  const looked = [mark("looked row"), mark("looked column")], hot = [mark("hot row"), mark("hot column")], mesh = mark("mesh"), parted = mark("parted"), marked = svg("svg", { class: "marked", "aria-hidden": "true" });
  const cells = html("div", { class: "cells" }, canvas, mesh, parted, marked, ...looked, ...hot);
  const ways = html("div", { class: "ways", "aria-hidden": "true" }, ...WAYS.map(([arrow, words]) => html("div", { title: `reads from the ${words}` }, html("span", {}, arrow), html("span", { class: "words" }, words))));
  const node = html("div", { class: "tile" }, html("div", { class: "head" }, heading, range.node), ...(labelled ? [labels.across] : []), html("div", { class: "body" }, ways, cells));
  let wide = 0, tall = 0, rows = [], placeOf = [], time = 0, touched = false, ordered = new Float32Array(0);

  const under = (event) => {
    const where = cells.getBoundingClientRect();
    const row = clamp(Math.floor((event.clientY - where.top) / tall), 0, rows.length - 1);
    return { layer: key.layer, unit: rows[row], time: clamp(Math.floor((event.clientX - where.left) / wide), 0, time - 1) };
  };
  cells.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  cells.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") hand.look(under(event)); });
  cells.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hand.leave(); });
  cells.addEventListener("click", (event) => {
    const cell = under(event), known = hand.known(cell);
    hand.look(cell);
    if (!touched || known) hand.choose(cell);
  });
  const row = (one, at, out) => box(one, -out, at * tall - out, time * wide + 2 * out, Math.max(tall, 3) + 2 * out);
  const column = (one, at, out) => box(one, at * wide - out, -out, Math.max(wide, 3) + 2 * out, rows.length * tall + 2 * out);

  return {
    node, key,
    // words: one a column; marks: the steps that are marked.
    place(words, facts, marks) {
      const both = facts.directions === 2, units = facts.units * facts.directions;
      ways.style.display = both ? "" : "none";
      labels.across.style.marginLeft = both ? `${SIDE}px` : "";
      time = facts.time;
      wide = cells.clientWidth / time; tall = cells.clientHeight / units;
      const half = cells.clientHeight / 2;
      ways.querySelectorAll(".words").forEach((node, i) => put(node, half < WORDS[1] ? "" : `${half < WORDS[0] ? "" : "from the "}${WAYS[i][1]}`));
      labels.build([""], words, { left: 0, top: 17, wide, tall, upright: false, room: 0 });
      mesh.style.background = wide >= FINEST && tall >= FINEST
        ? `linear-gradient(90deg, var(--page) 1px, transparent 1px) -0.5px 0 / ${wide}px 100%, linear-gradient(var(--page) 1px, transparent 1px) 0 -0.5px / 100% ${tall}px` : "none";
      parted.hidden = !both;
      parted.style.top = `${facts.units * tall - 1}px`;
      marked.replaceChildren(...marks.map((at) => { const x = (at + 0.5) * wide; return svg("path", { d: `M${x - 4} 0h8l-4 5z` }); }));
    },
    // entry: { title, scale, low, high, values, rows }.
    paint({ title, scale, low, high, values, rows: next }) {
      rows = next;
      placeOf = [];
      rows.forEach((unit, at) => { placeOf[unit] = at; });
      if (ordered.length !== values.length) ordered = new Float32Array(values.length);
      rows.forEach((unit, at) => ordered.set(values.subarray(unit * time, unit * time + time), at * time));
      paintCodes(root, canvas, toCodes(ordered, low, high), rows.length, time, scale, ordered);
      range.set({ low: tidy(Number(low.toPrecision(2))), high: tidy(Number(high.toPrecision(2))), scale });
      canvas.setAttribute("aria-label", `${title}: ${rows.length} units by ${time} steps, from ${tidy(low)} to ${tidy(high)}`);
    },
    // unit, hotUnit: null where they belong to another layer; locked, lockedTime: whether they hold.
    show({ unit, at, locked, lockedTime, hotUnit, hotTime }) {
      looked[0].style.display = unit === null ? "none" : "block";
      if (unit !== null) row(looked[0], placeOf[unit], 1);
      column(looked[1], at, 1);
      looked[0].classList.toggle("locked", locked);
      looked[1].classList.toggle("locked", lockedTime);
      hot[0].style.display = hotUnit === null ? "none" : "block";
      hot[1].style.display = hotTime === null ? "none" : "block";
      if (hotUnit !== null) row(hot[0], placeOf[hotUnit], 1);
      if (hotTime !== null) column(hot[1], hotTime, 1);
      labels.point({ row: 0, column: hotTime ?? at });
    },
  };
}
