// Every head of every layer as a small map; the mean of a layer's heads and what has been passed on so far beside them.
// facts: dlplay/probes/attention.py. Acts: head {layer, head}, part {value}, silence {name}, release, example, text.
import { hover, onHover } from "./bus.js";
import { choice } from "./choice.js";
import { paintCodes } from "./codes.js";
import { fixed, html, put, speaker } from "./dom.js";
import { scores, SCORES_LOOK } from "./attention/scores.js";
import { overviewTall } from "./attention/room.js";
import { codesOf, columns, gaps, headWords, isHead, isOff, looks, measureWords, namedWords, same, scoreWords, shortName, spreadWords, switchOf } from "./attention/words.js";
import { example } from "./example.js";
import { HATCH } from "./heat/look.js";
import { legend } from "./legend.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `${HATCH}${SCORES_LOOK}
.heads .top { height: 24px; }
.heads .legend .bar { width: 40px; }
.heads .segments { display: flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; margin: 4px 0 2px; }
.part.heads .segments button { flex: 1; border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 8px; height: 28px; min-height: 28px; background: none; color: var(--muted); font-size: 13px; white-space: nowrap; }
.part.heads .segments button:first-child { border-left: 0; }
.part.heads .segments button[aria-pressed="true"] { color: var(--text); background: var(--raised); box-shadow: inset 0 0 0 1px var(--text); }
.heads .segments button:last-child { border-radius: 0 7px 7px 0; }
.heads .grid { display: grid; column-gap: 6px; outline-offset: 4px; border-radius: 4px; overflow: hidden auto; scrollbar-width: thin; align-content: start; grid-auto-rows: min-content; padding: 2px; margin: 0 -2px; }
.heads .grid .over { margin-inline: -8px; font-size: 11px; line-height: 16px; margin-bottom: 3px; color: var(--muted); text-align: center; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; position: sticky; top: -2px; background: var(--page); z-index: 2; }
.heads .grid .layer { font-size: 12px; line-height: 16px; font-weight: 600; align-self: center; padding-bottom: 14px; white-space: nowrap; }
.heads .thumb { position: relative; cursor: pointer; min-width: 0; }
.heads .thumb canvas { width: 100%; height: 100%; border-radius: 2px; }
.heads .thumb .ground { border-radius: 2px; box-shadow: 0 0 0 1px var(--border); position: relative; }
.heads .thumb .name { margin: 0 -8px; font-size: 11px; letter-spacing: -.3px; line-height: 14px; height: 14px; text-align: center; color: var(--muted); overflow: hidden; white-space: nowrap; }
.heads .grid.many .name { height: 4px; visibility: hidden; } .heads .grid.many .layer { padding-bottom: 4px; }
.heads .thumb.peek .ground { box-shadow: 0 0 0 1px var(--page), 0 0 0 2px var(--control); }
.heads .thumb.shown .ground { box-shadow: 0 0 0 1px var(--page), 0 0 0 3px var(--text); }
.heads .thumb.shown .name { color: var(--text); font-weight: 600; }
.heads .thumb.off canvas { opacity: .25; }
.heads .thumb.off .ground::after { content: "off"; position: absolute; inset: 0; display: grid; place-items: center; font-size: 12px; font-weight: 600; color: var(--text); }
.heads .told { height: 32px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); overflow: hidden; }
.heads .told .line { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.heads .told b { color: var(--text); font-weight: 600; }
@media (pointer: coarse) { .heads .top { height: 44px; } .part.heads .segments button { height: 44px; } }
`;
const SHORT = { mean: "avg", rollout: "roll" };
const LARGEST = 72, SMALLEST = 12, TOP = 90, PARTS = 34, GAP = 4, LINE = 14, LEFT = 46, NAMED = 34, HIGH = 26, HABITS = 82; // pixels: of a map; around the maps, of a choice of attentions, between two, of the words under one, of a layer's name, from a map to the next where they have names, of a map with one, of the scores of a head

export function mount(root, act) {
  const key = legend({ tag: "span", framed: true }), parted = html("div"), which = example(root, act);
  const grid = html("div", { class: "grid", tabindex: "0", role: "application", "aria-roledescription": "overview of heads" });
  const habits = scores(root), told = html("div", { class: "told" }), words = [html("b"), html("span")];
  const line = html("div", { class: "line" }, words[0], " ", words[1]), second = html("div", { class: "line" });
  told.append(line, second);
  const title = html("span", { class: "title" }, "Every head");
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, which.said, key.node), which.node, parted, grid, told, habits.node);
  const say = speaker(root);
  let facts = null, thumbs = [], made = "", titles = "", segments = null, at = null, walked = false, touched = false;

  const room = () => overviewTall(facts.places) - TOP - (facts.parts.length > 1 ? PARTS : 0);

  // ---- building: only when there are other heads
  function build() {
    const across = columns(facts), wide = root.clientWidth - 4;
    const signature = JSON.stringify([wide, facts.layers, across, facts.part, facts.places]);
    if (signature === made) return;
    made = signature;
    const pitch = Math.floor((wide - LEFT) / across.length), each = Math.floor((room() - 21) / facts.layers); // of a column, of a layer
    const few = pitch >= NAMED && each >= HIGH + LINE + 2, side = clamp(Math.min(pitch - GAP, each - (few ? LINE + 2 : GAP)), SMALLEST, LARGEST);
    const gap = clamp(pitch - side, 2, 16);
    grid.style.gridTemplateColumns = `${LEFT}px repeat(${across.length}, ${side}px)`;
    grid.style.columnGap = `${gap}px`;
    grid.style.rowGap = `${few ? 2 : 0}px`;
    const tall = Math.min(room(), 25 + facts.layers * (side + (few ? LINE + 2 : GAP)));
    grid.style.height = `${tall}px`;
    habits.node.style.height = `${room() - tall}px`;
    habits.node.hidden = room() - tall < HABITS;
    grid.classList.toggle("many", !few);
    thumbs = [];
    const nodes = [html("span", { class: "over" }), ...across.map((head) => html("span", { class: "over" }, isHead(head) ? `${side > 44 ? "head " : ""}${head + 1}` : side + gap < 44 ? SHORT[head] : head))];
    for (let layer = 0; layer < facts.layers; layer++) {
      nodes.push(html("span", { class: "layer" }, `Layer ${layer + 1}`));
      for (const head of across) nodes.push(thumb({ layer, head }, side));
    }
    grid.replaceChildren(...nodes);
  }
  function thumb(place, side) {
    const canvas = html("canvas", { class: "pixelated", role: "img" }), name = html("div", { class: "name" });
    const ground = html("div", { class: "ground hatch", style: `width: ${side}px; height: ${side}px` }, canvas);
    const node = html("div", { class: "thumb" }, ground, name);
    node.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    node.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") { walked = false; look(place); } });
    node.addEventListener("click", () => { const known = same(place, at) || same(place, facts.shown); look(place); if (!touched || known) choose(place); });
    thumbs.push({ node, canvas, name, place });
    return node;
  }
  function parts() {
    const signature = JSON.stringify(facts.parts);
    if (signature !== titles) {
      titles = signature;
      segments = choice(facts.parts.map((one) => one.name), (value) => act({ do: "part", value }), facts.parts.map((one) => one.title));
      segments.node.setAttribute("aria-label", "Which attention");
      parted.replaceChildren(...(facts.parts.length > 1 ? [segments.node] : []));
    }
    segments.set(facts.part);
  }

  // ---- drawing: at every frame
  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (at && (at.layer >= facts.layers || (isHead(at.head) && at.head >= facts.heads))) at = null;
    parts();
    build();
    const free = gaps(facts), rows = facts.queries.length, across = facts.keys.length;
    key.set({ before: "weight", low: "0", high: "1", scale: "amount", after: "" });
    for (const { canvas, place } of thumbs) paintCodes(root, canvas, codesOf(facts, place), rows, across, "amount", free);
    which.update(facts.example, facts.refused);
    title.hidden = key.node.hidden = Boolean(facts.refused); // why a text cannot be read stands in their place
    const label = `${facts.layers} layers of ${facts.heads} heads. Arrows go from head to head, Enter opens one, S silences it, Escape releases.`;
    if (grid.getAttribute("aria-label") !== label) grid.setAttribute("aria-label", label);
    show();
  }
  function show() {
    for (const { node, canvas, name, place } of thumbs) {
      node.classList.toggle("shown", same(place, facts.shown));
      node.classList.toggle("peek", same(place, at) && !same(place, facts.shown));
      node.classList.toggle("off", isOff(facts, place));
      put(name, shortName(facts, place));
      const words = `${headWords(facts, place)}, ${measureWords(facts, place)}`, scores = scoreWords(facts, place);
      if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
      if (node.title !== scores) node.title = scores;
    }
    const here = at ?? facts.shown;
    put(words[0], headWords(facts, here));
    put(words[1], isHead(here.head) ? spreadWords(facts, here) : measureWords(facts, here));
    habits.show(facts, isHead(here.head) ? facts.measured[here.layer][here.head] : null);
    const one = isHead(here.head) ? facts.measured[here.layer][here.head] : null;
    put(second, at && one?.name ? `${looks(facts, one.name)}: ${fixed(one.score)} of its weight` : (!at && namedWords(facts)) || "A click opens a head, S switches it off.");
    second.title = at ? "" : namedWords(facts);
  }

  // ---- pointing
  function look(place) {
    if (same(place, at) || (!place && !at)) return;
    at = place;
    show();
    hover(place && { kind: "head", ...place });
  }
  const choose = (place) => act(facts.locked && same(place, facts.shown) ? { do: "release" } : { do: "head", ...place });
  grid.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
  grid.addEventListener("click", (event) => { if (event.target === grid && facts?.locked) act({ do: "release" }); });
  grid.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });
  grid.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const step = arrow(event), from = at ?? facts.shown, across = columns(facts);
    if (step) {
      walked = true;
      look({ layer: clamp(from.layer + step[0], 0, facts.layers - 1), head: across[clamp(across.indexOf(from.head) + step[1], 0, across.length - 1)] });
      thumbs.find((one) => same(one.place, at)).node.scrollIntoView({ block: "nearest" });
      say(`${headWords(facts, at)}, ${measureWords(facts, at)}`);
    } else if (event.key === "Enter") choose(from);
    else if ((event.key === "s" || event.key === "S") && switchOf(facts, from)) act({ do: "silence", name: switchOf(facts, from) });
    else if (event.key === "[" || event.key === "]") which.go(event.key === "]" ? 1 : -1);
    else if (event.key === "Escape" && (at || facts.locked || facts.at)) { look(null); if (facts.locked || facts.at) act({ do: "release" }); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const quiet = onHover((what) => {
    if (!facts || what?.kind === "head" || !at || walked) return;
    at = null;
    show();
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { quiet(); watch.disconnect(); if (at) hover(null); } };
}
