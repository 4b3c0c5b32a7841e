// Where on the image a query looks: the image large, with the weights of one head laid over its regions.
// facts: dlplay/probes/regions.py. Acts: query {query}, release, silence {name}.
// A query: a number, null for all together; where undefined stands nobody is pointed at, and the one asked for is shown.
import { current, hover, onHover } from "./bus.js";
import { html, put, speaker, svg } from "./dom.js";
import { switchOf } from "./attention/words.js";
import { onEscape } from "./escape.js";
import { frameOn } from "./fields.js";
import { legend } from "./legend.js";
import { asks, ASKS_LOOK } from "./regions/asks.js";
import { grid } from "./regions/lattice.js";
import { brightest, inTwo, known, onImage, painted, placeWords, queryName, sentence, spreadWords, weightsOf } from "./regions/looked.js";
import { overlay, regionAt } from "./regions/overlay.js";
import { bar, SCALE_LOOK } from "./regions/scale.js";
import { token } from "./theme.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `${ASKS_LOOK}${SCALE_LOOK}
.regions { outline-offset: 4px; border-radius: 4px; }
.regions .top { height: 24px; }
.regions .top .title { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.regions .measure { height: 18px; font-size: 12px; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin-bottom: 6px; }
.regions .stage { display: flex; gap: 16px; align-items: flex-start; }
.regions .large { position: relative; flex: none; cursor: crosshair; }
.regions .large svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.regions .tip { position: absolute; pointer-events: none; background: var(--page); border: 1px solid var(--control); border-radius: 4px; padding: 0 5px; font: 12px/18px var(--fontNumber); white-space: nowrap; }
.regions .beside { flex: 1; min-width: 0; display: flex; flex-direction: column; gap: 14px; }
.regions .front { font-size: 12px; line-height: 16px; }
.regions .front b { font: 600 14px/20px var(--fontNumber); }
.regions .front .track { height: 6px; border-radius: 2px; background: var(--raised); margin-top: 2px; }
.regions .front .fill { height: 100%; border-radius: 2px; }
.regions .said { min-height: 32px; margin-top: 8px; font-size: 12px; line-height: 16px; overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
.regions .off { color: var(--warnText); }
.regions.narrow .stage { flex-wrap: wrap; gap: 12px; }
.regions.narrow .beside { flex: 1 0 100%; flex-direction: row; flex-wrap: wrap; }
.regions.narrow .beside > * { flex: 1 1 96px; }
@media (pointer: coarse) { .regions .top { height: 44px; } }
`;
const TALL = 352, SIDE = 104, NARROW = 340; // pixels: of the large image at most, beside it, of a part that has no room beside

export function mount(root, act) {
  const title = html("span", { class: "title" }), measure = html("div", { class: "measure muted" }), off = html("span", { class: "off small" });
  const canvas = html("canvas", { role: "img" }), drawing = svg("svg", { "aria-hidden": "true" }), tip = html("div", { class: "tip" });
  const lines = grid(drawing), pointed = frameOn(drawing, { width: 1.5 }), ring = frameOn(drawing, { width: 2.5 });
  const large = html("div", { class: "large" }, canvas, drawing, tip), who = asks({ look: peek, choose });
  const name = html("div", { class: "muted" }), share = html("b"), fill = html("div", { class: "fill" });
  const front = html("div", { class: "front" }, name, share, html("div", { class: "track" }, fill)), key = bar();
  const beside = html("div", { class: "beside" }, who.node, front, key.node), said = html("div", { class: "said" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, off), measure, html("div", { class: "stage" }, large, beside), said);
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  root.setAttribute("aria-roledescription", "attention over an image");
  const say = speaker(root);
  let facts = null, head = null, asking, at = null, walked = false, touched = false, scale = 1;

  const which = () => head ?? facts.shown;
  const query = () => (asking === undefined ? facts.query : asking);
  const weights = () => weightsOf(facts, which(), query());

  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (!known(facts, head)) head = null;
    if (asking >= facts.queries.length) asking = undefined;
    if (at >= facts.keys.length) at = null;
    draw();
  }
  function draw() {
    const found = weights(), values = found ?? weightsOf(facts, which()), by = found ? query() : facts.query, on = onImage(facts, values);
    const [, rows, columns] = facts.image.shape, narrow = root.clientWidth < NARROW, first = facts.grid.before;
    root.classList.toggle("narrow", narrow);
    scale = Math.min(narrow ? root.clientWidth / columns : (root.clientWidth - SIDE - 16) / columns, TALL / rows);
    const width = Math.round(columns * scale), height = Math.round(rows * scale);
    large.style.width = `${width}px`; large.style.height = `${height}px`;
    drawing.setAttribute("viewBox", `0 0 ${columns * scale} ${rows * scale}`);
    overlay(root, canvas, { ...painted(facts, values), width, height });
    lines.update(facts, scale);
    const both = facts.grid.side === "both", spot = (key) => (key !== null && key >= first ? lines.span(key - first) : null);
    ring(both ? spot(by) : null, scale);
    pointed(at === by && both ? null : spot(at), scale);
    number(values, spot(at));
    put(title, placeWords(facts, which()));
    put(measure, spreadWords(facts, values, by));
    const silent = switchOf(facts, which());
    put(off, silent && facts.off.some((one) => one === silent || silent.startsWith(`${one}.`)) ? "switched off" : "");
    who.update(facts, facts.query, asking, narrow ? Math.min(120, root.clientWidth / 3) : SIDE);
    beyond(values, by);
    key.update(root, brightest(facts, on));
    const words = found || asking === undefined ? sentence(facts, values, by, at) : `A click shows what ${queryName(facts, asking)} looks at.`;
    put(said, words);
    const label = `${placeWords(facts, which())}, laid over an image of ${rows} × ${columns} pixels in ${facts.grid.rows} × ${facts.grid.columns} regions. ${sentence(facts, values, by, null)}`;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    root.setAttribute("aria-label", `${label} Arrows go from region to region${both ? ", Enter lets one ask" : ""}, S silences the head, Escape goes back.`);
  }
  // What goes to a place that is not on the image.
  function beyond(values, by) {
    front.style.display = facts.grid.before ? "" : "none";
    if (!facts.grid.before) return;
    const weight = values.subarray(0, facts.grid.before).reduce((a, b) => a + b, 0);
    put(name, by === 0 ? "at itself, not on the image" : "at the class token");
    put(share, inTwo(weight));
    fill.style.width = `${100 * Math.min(1, weight)}%`;
    fill.style.background = token(root, "amount")[4];
  }
  function number(values, span) {
    tip.style.display = span ? "" : "none";
    if (!span) return;
    put(tip, `${facts.keys[at]}: ${inTwo(values[at])}`);
    const x = ((span.left + span.right) / 2) * scale - tip.offsetWidth / 2, above = span.top * scale - 24;
    tip.style.left = `${clamp(x, 0, large.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${above >= 0 ? above : Math.min(span.bottom * scale + 4, large.clientHeight - 20)}px`;
  }

  // ---- pointing: at a key on the large image, at a query beside it
  function look(next) {
    if (next === at) return;
    at = next;
    draw();
  }
  function peek(next) {
    if (next === asking) return;
    asking = next;
    draw();
    hover(next === undefined ? null : { kind: "asks", query: next });
  }
  function choose(next) {
    const standing = facts.grid.side === "both" && facts.grid.before ? 0 : null;
    if (next === standing || (facts.chosen && next === facts.query)) { if (facts.chosen) act({ do: "release" }); }
    else act({ do: "query", query: next });
  }
  function under(event) {
    const box = large.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width, 0, 0.9999), y = clamp((event.clientY - box.top) / box.height, 0, 0.9999);
    return facts.grid.before + regionAt(x, y, facts.image.shape, facts.grid, [facts.grid.stride, facts.grid.stride]);
  }
  large.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  large.addEventListener("pointermove", (event) => { if (facts && event.pointerType !== "touch") { walked = false; look(under(event)); } });
  large.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
  large.addEventListener("click", (event) => {
    if (!facts) return;
    const next = under(event), seen = next === at;
    look(next);
    if (facts.grid.side === "both" && (!touched || seen)) choose(next);
  });

  // ---- walking
  function step([down, right]) {
    const { rows, columns, before } = facts.grid;
    if (at === null) return before;
    if (at < before) return down > 0 || right > 0 ? before : at;
    const row = Math.floor((at - before) / columns) + down, column = (at - before) % columns + right;
    return row < 0 && before ? 0 : before + clamp(row, 0, rows - 1) * columns + clamp(column, 0, columns - 1);
  }
  root.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.defaultPrevented) return;
    const by = arrow(event), silent = switchOf(facts, facts.shown);
    if (by) {
      walked = true;
      look(step(by));
      say(sentence(facts, weights() ?? weightsOf(facts, which()), query(), at));
    } else if (event.key === "Enter" && at !== null && facts.grid.side === "both" && !event.target.closest("button")) choose(at);
    else if ((event.key === "s" || event.key === "S") && silent) act({ do: "silence", name: silent });
    else if (event.key !== "Escape" || !leave()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("focusout", () => { if (walked) { walked = false; look(null); } if (asking !== undefined) peek(undefined); });
  function leave() {
    if (at === null && asking === undefined && !facts.chosen && !facts.locked) return false;
    look(null);
    peek(undefined);
    if (facts.chosen || facts.locked) act({ do: "release" });
    return true;
  }
  const settle = onEscape(() => facts && leave());
  const quiet = onHover((what) => {
    const next = what?.kind === "head" && facts && known(facts, what) ? { layer: what.layer, head: what.head } : null;
    if (!facts || (!next && !head)) return;
    head = next;
    draw();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { settle(); quiet(); watch.disconnect(); if (current()?.kind === "asks") hover(null); } };
}
