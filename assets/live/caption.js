// A caption being written: the image, and over it where the model looks for each word; what it could have said instead.
// facts: dlplay/probes/captioning.py. Acts: lock {step}, release, head {layer, head}, width {value}, choose {value}.
import { onHover, hover } from "./bus.js";
import { fixed, html, put, speaker } from "./dom.js";
import { withoutWords } from "./attention/words.js";
import { likely, LIKELY_LOOK } from "./caption/likely.js";
import { LOOK } from "./caption/look.js";
import { choices } from "./caption/choices.js";
import { onEscape } from "./escape.js";
import { glow, overlay, regionAt } from "./regions/overlay.js";
import { css, token } from "./theme.js";
import { clamp, plain } from "./walk.js";

const TILE = 42, LARGEST = 272; // pixels: of a word's small image, of the large one

export function mount(root, act) {
  const title = html("span", { class: "title" }), legend = html("span", { class: "legend" });
  const large = html("canvas", { role: "img", class: "large" }), spot = html("div", { class: "spot", hidden: true }), shown = html("div", { class: "shown" }, large, spot);
  const truth = html("div", { class: "truth" }), words = html("div", { class: "words", tabindex: "0", role: "listbox", "aria-label": "The words that the model writes" });
  const bars = likely(root), said = html("div", { class: "said muted" }), picks = choices(act);
  root.append(
    html("style", {}, LOOK + LIKELY_LOOK),
    html("div", { class: "top" }, title, legend, picks.heads, picks.widths),
    html("div", { class: "body" }, shown, html("div", { class: "story" }, truth, words, html("div", { class: "below" }, bars.node, html("div", { class: "beside" }, said, picks.found)))),
  );
  const say = speaker(root);
  let facts = null, tiles = [], at = null, region = null, walked = false, most = 1;

  const weights = () => facts.arrays.weights, steps = () => facts.words.length;
  const row = (step) => { const { shape, values } = weights(); return values.subarray(step * shape[1], (step + 1) * shape[1]); };
  const locked = () => (facts.at !== null && facts.at < steps() ? facts.at : null);
  const here = () => at ?? locked();
  const cell = () => [facts.grid.stride, facts.grid.stride]; // pixels that a region stands for
  const named = (word) => (word === facts.ends ? "the end" : `“${word}”`);
  const placed = (place) => `row ${Math.floor(place / facts.grid.columns) + 1}, column ${(place % facts.grid.columns) + 1}`;
  const best = (step) => { const one = row(step); return one.reduce((a, value, i) => (value > one[a] ? i : a), 0); };

  // ---- the words, one after the other
  function build() {
    while (tiles.length > steps()) tiles.pop().node.remove();
    while (tiles.length < steps()) {
      const step = tiles.length, canvas = html("canvas", { "aria-hidden": "true" }), word = html("span", { class: "word" });
      const node = html("div", { class: "tile", role: "option" }, canvas, word);
      node.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") { walked = false; look(step); } });
      node.addEventListener("click", () => choose(step));
      tiles.push({ node, canvas, word });
      words.append(node);
    }
  }
  function paint(canvas, size, over) {
    const { shape, values } = facts.arrays.image, tall = Math.max(shape[1], shape[2]);
    overlay(root, canvas, { image: values, shape, weights: over, grid: facts.grid, cell: cell(), most, width: (size * shape[2]) / tall, height: (size * shape[1]) / tall });
  }
  function update(next) {
    facts = next;
    if (!root.clientWidth) return; // not laid out yet; the observer will tell
    if (at !== null && at >= steps()) at = null;
    most = weights() ? Math.max(1e-9, ...weights().values) : 1;
    root.classList.toggle("plainly", !weights());
    build();
    tiles.forEach(({ canvas }, step) => { canvas.hidden = !weights(); if (weights()) paint(canvas, TILE, row(step)); });
    legend.hidden = !weights();
    legend.replaceChildren("weight", html("span", { class: "number" }, "0"), html("span", { class: "bar", style: `background: linear-gradient(90deg, #000, ${css(glow(root))})` }), html("span", { class: "number" }, fixed(most)));
    picks.update(facts);
    show();
  }

  // ---- what is pointed at, or locked
  function show() {
    const step = here();
    root.style.setProperty("--strong", token(root, "amount")[4]);
    paint(large, Math.min(LARGEST, shown.clientWidth || LARGEST), weights() && step !== null ? row(step) : null);
    tiles.forEach(({ node, word }, i) => {
      const wrong = facts.right !== null && !facts.right[i], text = facts.words[i] === facts.ends ? "end" : facts.words[i];
      put(word, text);
      node.classList.toggle("wrong", wrong);
      node.classList.toggle("on", i === locked());
      node.classList.toggle("peek", i === at);
      node.setAttribute("aria-selected", String(i === locked()));
      const label = `${named(facts.words[i])}, probability ${fixed(facts.shares[i])}${wrong ? ", not in the true caption" : ""}${weights() ? `, looks most at ${placed(best(i))}` : ""}`;
      if (node.title !== label) { node.title = label; node.setAttribute("aria-label", label); }
    });
    put(title, step === null ? (weights() ? "Where each word looks" : "No attention: one vector tells the whole image") : weights() ? `Where it looks for ${named(facts.words[step])}` : `How it came to ${named(facts.words[step])}`);
    tell();
    bars.update(facts, step ?? 0);
    put(said, sentence(step));
    large.setAttribute("aria-label", `The image${weights() && step !== null ? `; for ${named(facts.words[step])} the model looks most at ${placed(best(step))}` : ""}`);
    mark(region);
  }
  function tell() {
    const spans = facts.wanted?.filter((word) => word !== facts.ends).flatMap((word, i) => [" ", html("span", { class: facts.said[i] ? "" : "missed", title: facts.said[i] ? null : "the model does not say this" }, word)]);
    const key = JSON.stringify([facts.wanted, facts.said]);
    if (truth.dataset.key === key) return;
    truth.dataset.key = key;
    truth.replaceChildren(html("span", { class: "muted" }, spans ? "truly:" : "an image of your own: nobody knows what is right"), ...(spans ?? []));
  }
  function sentence(step) {
    const without = facts.off.length ? `${withoutWords(facts.off).replace("w", "W")}. ` : "", gate = facts.gate;
    const opened = gate === null ? "" : gate === 0 ? "The gate is shut, exactly 0: nothing that is seen here reaches the words. " : `What is seen here is multiplied by the gate, ${fixed(gate, 3)}. `;
    if (!weights()) return `${without}Every word is told the same: the mean of all regions of the image.`;
    if (region !== null && region < weights().shape[1]) {
      const by = facts.words.map((_, i) => i).sort((a, b) => row(b)[region] - row(a)[region]).slice(0, 3);
      return `Region ${placed(region)} is looked at most for ${by.map((i) => `${named(facts.words[i])} ${fixed(row(i)[region])}`).join(", ")}.`;
    }
    if (step === null) return `${without}${opened}Point at a word to see where it looks, click to keep it.`;
    const one = row(step), top = [...one.keys()].sort((a, b) => one[b] - one[a]).slice(0, 2).map((place) => `${placed(place)} with ${fixed(one[place])}`);
    return `${without}Looks most at ${top.join(", then ")}; all ${one.length} regions sum to 1. ${opened}`;
  }
  function mark(place) {
    spot.hidden = place === null || !weights();
    if (spot.hidden) return;
    const { columns, stride } = facts.grid, { shape } = facts.arrays.image, w = (large.clientWidth * stride) / shape[2], h = (large.clientHeight * stride) / shape[1];
    Object.assign(spot.style, { left: `${(place % columns) * w}px`, top: `${Math.floor(place / columns) * h}px`, width: `${w}px`, height: `${h}px` });
  }

  // ---- pointing
  function look(step) {
    if (step === at) return;
    at = step;
    if (facts) show();
    hover(step === null ? null : { kind: "query", step, key: null });
  }
  const choose = (step) => act(step === locked() ? { do: "release" } : { do: "lock", step });
  words.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
  words.addEventListener("click", (event) => { if (event.target === words && facts && locked() !== null) act({ do: "release" }); });
  large.addEventListener("pointermove", (event) => {
    if (!facts || !weights()) return;
    const place = regionAt(event.offsetX / large.clientWidth, event.offsetY / large.clientHeight, facts.arrays.image.shape, facts.grid, cell());
    if (place !== region) { region = place; put(said, sentence(here())); mark(region); }
  });
  large.addEventListener("pointerleave", () => { region = null; if (facts) show(); });
  words.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by) {
      walked = true;
      look(here() === null ? 0 : clamp(here() + by, 0, steps() - 1));
      say(tiles[at].node.getAttribute("aria-label"));
    } else if (event.key === "Enter" && at !== null) choose(at);
    else if (event.key !== "Escape" || !leave()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  words.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });
  function leave() {
    if (at === null && locked() === null) return false;
    look(null);
    if (locked() !== null) act({ do: "release" });
    return true;
  }
  const settle = onEscape(() => facts && leave());
  const quiet = onHover((what) => {
    const step = what?.kind === "query" && facts && what.step < steps() ? what.step : null;
    if (step !== at) { at = step; if (facts) show(); }
  });
  const watch = new ResizeObserver(() => { if (facts) update(facts); });
  watch.observe(root);
  return { update, end() { settle(); quiet(); watch.disconnect(); if (at !== null) hover(null); } };
}
