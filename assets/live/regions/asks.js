// Who asks: a small image whose regions can be pointed at, or a row of words; and the query that stands for all.
// look(query), choose(query): a query that is pointed at or taken; undefined and null as in regions.js.
import { html, put, svg } from "../dom.js";
import { frameOn, photo } from "../fields.js";
import { clamp, arrow, plain } from "../walk.js";
import { queryName } from "./looked.js";
import { regionAt } from "./overlay.js";
import { grid } from "./lattice.js";

export const ASKS_LOOK = `
.asks { display: flex; flex-direction: column; gap: 6px; min-width: 0; }
.asks .whole { position: relative; cursor: crosshair; }
.asks .whole canvas, .asks .whole svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.part .asks button { padding: 0 8px; min-height: 26px; height: 26px; font-size: 12px; line-height: 16px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.asks .words { display: flex; flex-wrap: wrap; gap: 4px; overflow: hidden auto; scrollbar-width: thin; padding: 2px; margin: -2px; align-content: start; }
.asks .words button { max-width: 100%; }
.asks .words button.peek { border-color: var(--control); background: var(--raised); }
@media (pointer: coarse) { .part .asks button { min-height: 44px; height: 44px; } }
`;

export function asks({ look, choose }) {
  const all = html("button", { type: "button", tabindex: "-1", onclick: () => choose(standing()) });
  const canvas = html("canvas", { class: "pixelated", "aria-hidden": "true" }), drawing = svg("svg", { "aria-hidden": "true" });
  const lines = grid(drawing), peek = frameOn(drawing, { width: 1.5 }), ring = frameOn(drawing, { width: 2 });
  const whole = html("div", { class: "whole" }, canvas, drawing);
  const words = html("div", { class: "words", role: "listbox", tabindex: "0", "aria-label": "Who asks" });
  const node = html("div", { class: "asks" }, html("span", { class: "small muted" }, "who asks"), all, whole, words);
  let facts = null, at, made = "", buttons = [], side = 96, touched = false;

  const standing = () => (facts.grid.side === "both" && facts.grid.before ? 0 : null);
  const lies = () => facts.grid.side === "both";

  // query: what is shown as asking; wide: pixels for the small image.
  function update(next, query, preview, wide) {
    facts = next; at = preview; side = wide;
    put(all, queryName(facts, standing()).replace(/^the | together$/g, ""));
    all.setAttribute("aria-pressed", String(query === standing()));
    whole.style.display = lies() ? "" : "none";
    words.style.display = lies() ? "none" : "";
    if (lies()) image(query); else list(query);
  }
  function image(query) {
    const [, rows, columns] = facts.image.shape, scale = side / Math.max(rows, columns), first = facts.grid.before;
    whole.style.width = `${columns * scale}px`; whole.style.height = `${rows * scale}px`;
    drawing.setAttribute("viewBox", `0 0 ${columns * scale} ${rows * scale}`);
    photo(canvas, facts.arrays.image.values, facts.image.shape);
    lines.update(facts, scale);
    ring(query !== null && query >= first ? lines.span(query - first) : null, scale);
    peek(at !== undefined && at !== null && at >= first && at !== query ? lines.span(at - first) : null, scale);
  }
  function list(query) {
    const signature = JSON.stringify(facts.queries);
    if (signature !== made) {
      made = signature;
      buttons = facts.queries.map((name, i) => html("button", {
        type: "button", role: "option", tabindex: "-1", onclick: () => taken(i), onpointerdown: (event) => { touched = event.pointerType === "touch"; },
        onpointerenter: (event) => { if (event.pointerType !== "touch") look(i); }, onpointerleave: (event) => { if (event.pointerType !== "touch") look(undefined); },
      }, name));
      words.replaceChildren(...buttons);
    }
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === query));
      button.setAttribute("aria-selected", String(i === query));
      button.classList.toggle("peek", i === at && i !== query);
    });
  }
  function taken(query) {
    const seen = query === at || query === facts.query;
    look(query);
    if (!touched || seen) choose(query);
  }

  all.addEventListener("pointerenter", (event) => { if (facts && event.pointerType !== "touch") look(standing()); });
  all.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") look(undefined); });
  function under(event) {
    const box = whole.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width, 0, 0.9999), y = clamp((event.clientY - box.top) / box.height, 0, 0.9999);
    return facts.grid.before + regionAt(x, y, facts.image.shape, facts.grid, [facts.grid.stride, facts.grid.stride]);
  }
  whole.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  whole.addEventListener("pointermove", (event) => { if (facts && event.pointerType !== "touch") look(under(event)); });
  whole.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") look(undefined); });
  whole.addEventListener("click", (event) => { if (facts) taken(under(event)); });
  words.addEventListener("keydown", (event) => {
    const step = arrow(event), from = at ?? facts?.query ?? -1;
    if (!facts || !plain(event)) return;
    if (step) {
      look(clamp(from + step[0] + step[1], 0, facts.queries.length - 1));
      buttons[at]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && at !== undefined) choose(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { node, update };
}
