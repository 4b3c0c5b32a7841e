// What each latent looks at, laid over the image or the frames of a film, and what the answer looks at through all of them.
// facts: dlplay/probes/latents.py. Acts: lock {latent}, release. A latent is its number; null stands for the answer.
import { html, put, speaker, svg } from "./dom.js";
import { onEscape } from "./escape.js";
import { frameOn } from "./fields.js";
import { LOOK } from "./latents/look.js";
import { tiles } from "./latents/tiles.js";
import { pixelWords, sentence, titleWords } from "./latents/words.js";
import { overlay } from "./regions/overlay.js";
import { arrow, clamp, plain } from "./walk.js";

const TALL = 236, WIDE = 400; // pixels: of the large picture

export function mount(root, act) {
  const title = html("span", { class: "title" }), formula = html("span", { class: "formula small muted" }, "through each latent: its share of the answer × its weight on the pixel, added · brightness: root of it");
  const canvas = html("canvas", { role: "img" }), drawing = svg("svg", { "aria-hidden": "true" }), cuts = svg("path", { class: "cuts" });
  drawing.append(cuts);
  const pointed = frameOn(drawing, { width: 1.5 }), large = html("div", { class: "large" }, canvas, drawing);
  const list = tiles({ look: (latent) => { walked = false; look(latent); }, leave: () => { if (!walked) look(undefined); }, choose });
  const told = html("div", { class: "told small" }), pixel = html("div", { class: "told small number" });
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "latents over an image" }, large, list.node);
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, formula), stage, told, pixel);
  const say = speaker(root);
  let facts = null, at, spot = null, walked = false, scale = 1; // at: undefined where nobody is pointed at

  const which = () => (at === undefined ? facts.latent : at);
  const place = (latent) => facts.shown.indexOf(latent);
  // The weights of a latent, or of the answer, for every pixel of the sheet.
  function weights(latent) {
    if (latent === null) return facts.arrays.sees.values;
    const size = facts.arrays.sees.values.length, i = place(latent), top = facts.arrays.tops.values[i];
    return Float32Array.from(facts.arrays.looks.values.subarray(i * size, (i + 1) * size), (code) => (code / 255) * top);
  }
  const grid = () => ({ rows: facts.shape[1], columns: facts.shape[2] });
  function over(one, latent, width, height) {
    const values = weights(latent).slice();
    let most = 0;
    for (let i = 0; i < values.length; i++) most = Math.max(most, (values[i] = Math.sqrt(values[i]))); // a few large ones would leave all others dark
    overlay(root, one, { image: facts.arrays.image.values, shape: facts.shape, weights: values, grid: grid(), most, width, height });
  }

  function draw() {
    if (!facts || !stage.clientWidth) return; // not laid out yet; the observer will tell
    const [, rows, columns] = facts.shape, narrow = root.clientWidth < 520;
    root.classList.toggle("narrow", narrow);
    scale = Math.min((narrow ? root.clientWidth : WIDE) / columns, TALL / rows);
    for (const node of [large, drawing]) { node.style.width = `${columns * scale}px`; node.style.height = `${rows * scale}px`; }
    list.update(facts, over, narrow ? root.clientWidth : root.clientWidth - columns * scale - 16, narrow ? null : TALL);
    const lines = Math.ceil(facts.frames / facts.across), cut = facts.frames > 1;
    cuts.setAttribute("d", cut ? [...Array.from({ length: facts.across - 1 }, (_, i) => `M${(i + 1) * facts.columns * scale} 0V${rows * scale}`), ...Array.from({ length: lines - 1 }, (_, i) => `M0 ${(i + 1) * facts.rows * scale}H${columns * scale}`)].join("") : "");
    show();
  }
  function show() {
    const latent = which(), [, rows, columns] = facts.shape, values = weights(latent);
    over(canvas, latent, columns * scale, rows * scale);
    put(title, titleWords(facts, latent));
    list.mark(facts.latent, at);
    put(told, sentence(facts, latent, values));
    put(pixel, pixelWords(facts, latent, values, spot, place, (one) => weights(one)));
    const label = `${titleWords(facts, latent)}. ${told.textContent}`;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    const name = `${facts.latents} latents over ${facts.frames > 1 ? `a film of ${facts.frames} frames` : "an image"}. ${label} Arrows go from latent to latent, Enter locks, Escape releases.`;
    if (stage.getAttribute("aria-label") !== name) stage.setAttribute("aria-label", name);
    pointed(spot === null ? null : { top: Math.floor(spot / columns), left: spot % columns, bottom: Math.floor(spot / columns) + 1, right: (spot % columns) + 1 }, scale);
  }

  function look(latent) {
    if (!facts || latent === at) return;
    at = latent;
    show();
  }
  function choose(latent) {
    if (latent === null || latent === facts.latent) { if (facts.latent !== null) act({ do: "release" }); }
    else act({ do: "lock", latent });
  }
  large.addEventListener("pointermove", (event) => {
    if (!facts) return;
    const box = large.getBoundingClientRect(), [, rows, columns] = facts.shape;
    const row = clamp(Math.floor((event.clientY - box.top) / scale), 0, rows - 1), column = clamp(Math.floor((event.clientX - box.left) / scale), 0, columns - 1);
    if (row * columns + column !== spot) { spot = row * columns + column; show(); }
  });
  large.addEventListener("pointerleave", () => { if (spot !== null) { spot = null; show(); } });

  stage.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target !== stage) return;
    const by = arrow(event), all = [null, ...facts.shown], here = all.indexOf(which());
    if (by) {
      walked = true;
      look(all[clamp(here + by[1] + by[0] * list.across(), 0, all.length - 1)]);
      say(`${title.textContent}. ${told.textContent}`);
    } else if (event.key === "Enter") choose(which());
    else return;
    event.preventDefault();
  });
  stage.addEventListener("blur", () => { if (walked) { walked = false; look(undefined); } });
  const settle = onEscape(() => {
    if (!facts || (at === undefined && facts.latent === null)) return false;
    look(undefined);
    if (facts.latent !== null) act({ do: "release" });
    return true;
  });
  const watch = new ResizeObserver(() => draw());
  watch.observe(stage);
  return {
    update(next) {
      facts = next;
      if (at !== undefined && at !== null && place(at) < 0) at = undefined;
      if (spot !== null && spot >= facts.arrays.sees.values.length) spot = null;
      draw();
    },
    end() { watch.disconnect(); settle(); },
  };
}
