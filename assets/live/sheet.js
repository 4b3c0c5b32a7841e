// Where a query looks in every head of every layer: small images with the weights laid over them.
// facts: dlplay/probes/regions.py. Acts: head {layer, head}, silence {name}, release.
import { hover, onHover } from "./bus.js";
import { html, put, speaker } from "./dom.js";
import { headWords, isHead, isOff, same, switchOf } from "./attention/words.js";
import { columns, inTwo, known, largest, onImage, painted, queryName, sentence, weightsOf } from "./regions/looked.js";
import { overlay } from "./regions/overlay.js";
import { arrow, clamp, plain } from "./walk.js";

const LOOK = `
.sheet .top { height: 22px; margin-bottom: 4px; }
.sheet .top .title { white-space: nowrap; }
.sheet .top .muted { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.sheet .grid { display: grid; outline-offset: 4px; border-radius: 4px; overflow: hidden auto; scrollbar-width: thin; align-content: start; grid-auto-rows: min-content; padding: 3px; margin: 0 -3px; }
.sheet .over { font-size: 11px; line-height: 16px; margin-bottom: 3px; color: var(--muted); text-align: center; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; position: sticky; top: -3px; background: var(--page); z-index: 2; }
.sheet .layer { font-size: 12px; line-height: 16px; font-weight: 600; align-self: center; padding-bottom: 14px; white-space: nowrap; }
.sheet .thumb { position: relative; cursor: pointer; min-width: 0; }
.sheet .ground { position: relative; margin: 0 auto; border-radius: 2px; }
.sheet .name { font: 11px/14px var(--fontNumber); height: 15px; text-align: center; color: var(--muted); white-space: nowrap; }
.sheet .grid.many .name { height: 4px; visibility: hidden; } .sheet .grid.many .layer { padding-bottom: 4px; }
.sheet .thumb.peek .ground { box-shadow: 0 0 0 1px var(--page), 0 0 0 2px var(--control); }
.sheet .thumb.shown .ground { box-shadow: 0 0 0 1px var(--page), 0 0 0 3px var(--text); }
.sheet .thumb.shown .name { color: var(--text); font-weight: 600; }
.sheet .thumb.off canvas { opacity: .2; }
.sheet .thumb.off .ground::after { content: "off"; position: absolute; inset: 0; display: grid; place-items: center; font-size: 12px; font-weight: 600; color: var(--text); }
.sheet .told { min-height: 32px; margin-top: 4px; font-size: 12px; line-height: 16px; color: var(--muted); overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
`;
const SHORT = { mean: "avg", rollout: "roll" };
const LARGEST = 88, SMALLEST = 16, ROOM = 236, LEFT = 46, NAMED = 34, LINE = 15; // pixels: of an image, of all of them, of a layer's name, of an image that says its largest weight

export function mount(root, act) {
  const title = html("span", { class: "title" }, "On the image"), who = html("span", { class: "muted small" });
  const grid = html("div", { class: "grid", tabindex: "0", role: "application", "aria-roledescription": "overview of heads on the image" });
  const told = html("div", { class: "told" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, who), grid, told);
  const say = speaker(root);
  let facts = null, thumbs = [], made = "", at = null, asking, walked = false, touched = false;

  function build() {
    const across = columns(facts), wide = root.clientWidth - 6, [, rows, cols] = facts.image.shape, signature = JSON.stringify([wide, facts.layers, across, rows, cols]);
    if (signature === made) return;
    made = signature;
    const fits = Math.floor((wide - LEFT) / across.length) - 6, few = fits >= NAMED, tall = Math.floor((ROOM - 20) / facts.layers) - LINE - 3;
    const side = clamp(Math.min(fits, few ? Math.max(NAMED, tall) : fits), SMALLEST, LARGEST), scale = side / Math.max(rows, cols);
    grid.style.gridTemplateColumns = `${LEFT}px repeat(${across.length}, minmax(${side}px, 1fr))`;
    grid.style.maxHeight = `${ROOM}px`;
    grid.classList.toggle("many", !few);
    thumbs = [];
    const nodes = [html("span", { class: "over" }), ...across.map((head) => html("span", { class: "over" }, isHead(head) ? String(head + 1) : few ? head : SHORT[head]))];
    for (let layer = 0; layer < facts.layers; layer++) {
      nodes.push(html("span", { class: "layer" }, `Layer ${layer + 1}`));
      for (const head of across) nodes.push(thumb({ layer, head }, Math.round(cols * scale), Math.round(rows * scale)));
    }
    grid.replaceChildren(...nodes);
  }
  function thumb(place, width, height) {
    const canvas = html("canvas", { role: "img" }), name = html("div", { class: "name" });
    const ground = html("div", { class: "ground", style: `width: ${width}px; height: ${height}px` }, canvas), node = html("div", { class: "thumb" }, ground, name);
    ground.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    node.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") { walked = false; look(place); } });
    node.addEventListener("click", () => { const seen = same(place, at) || same(place, facts.shown); look(place); if (!touched || seen) choose(place); });
    thumbs.push({ node, canvas, name, place, width, height });
    return node;
  }

  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (!known(facts, at)) at = null;
    if (asking >= facts.queries.length) asking = undefined;
    build();
    paint();
    show();
    const label = `${facts.layers} layers of ${facts.heads} heads on the image. Arrows go from head to head, Enter opens one, S silences it, Escape releases.`;
    if (grid.getAttribute("aria-label") !== label) grid.setAttribute("aria-label", label);
  }
  const query = () => (asking !== undefined && weightsOf(facts, facts.shown, asking) ? asking : facts.query);
  function paint() {
    for (const { canvas, name, place, width, height } of thumbs) {
      const weights = weightsOf(facts, place, query()), words = `${headWords(facts, place)}: ${sentence(facts, weights, query(), null)}`;
      overlay(root, canvas, { ...painted(facts, weights), width, height });
      put(name, inTwo(largest(onImage(facts, weights))));
      if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
    }
    put(who, `what ${queryName(facts, query())} ${query() === null ? "look" : "looks"} at`);
  }
  function show() {
    for (const { node, place } of thumbs) {
      node.classList.toggle("shown", same(place, facts.shown));
      node.classList.toggle("peek", same(place, at) && !same(place, facts.shown));
      node.classList.toggle("off", isOff(facts, place));
    }
    const numbers = grid.classList.contains("many") ? "" : " Below each: its largest weight.";
    put(told, at ? `${headWords(facts, at)}. ${sentence(facts, weightsOf(facts, at, query()), query(), null)}` : `Each image has its own scale.${numbers} A click opens one, S switches it off.`);
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
  grid.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });
  grid.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const step = arrow(event), from = at ?? facts.shown, across = columns(facts);
    if (step) {
      walked = true;
      look({ layer: clamp(from.layer + step[0], 0, facts.layers - 1), head: across[clamp(across.indexOf(from.head) + step[1], 0, across.length - 1)] });
      thumbs.find((one) => same(one.place, at)).node.scrollIntoView({ block: "nearest" });
      say(`${headWords(facts, at)}. ${sentence(facts, weightsOf(facts, at), facts.query, null)}`);
    } else if (event.key === "Enter") choose(from);
    else if ((event.key === "s" || event.key === "S") && switchOf(facts, from)) act({ do: "silence", name: switchOf(facts, from) });
    else if (event.key === "Escape" && at) look(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const quiet = onHover((what) => {
    if (!facts) return;
    const next = what?.kind === "asks" ? what.query : undefined;
    if (next !== asking) { asking = next; paint(); show(); }
    if (what?.kind !== "head" && at && !walked) { at = null; show(); }
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { quiet(); watch.disconnect(); if (at) hover(null); } };
}
