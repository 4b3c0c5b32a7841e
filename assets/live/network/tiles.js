// The neurons as small maps of what each answers to, with their labels, kernels and biases.
import { paintCodes } from "../codes.js";
import { count, html, put, tidy } from "../dom.js";
import { heading } from "./headings.js";

export const placed = (node, x, y) => { node.style.left = `${x}px`; node.style.top = `${y}px`; return node; };
const centred = { style: "transform:translateX(-50%)" };

// Puts all neurons of a frame onto the stage; open(c, button): a layer's menu is wanted.
// Gives tiles by column and unit { node, canvas, kernel, bias, c, u } and the captions of the columns' ranges.
export function buildTiles(stage, facts, geometry, width, act, open) {
  const { size, x, y, tier, image, rest, height } = geometry, last = facts.columns.length - 1;
  const square = (node, left, top, side, tall, place) => {
    node.style.cssText = `left:${left}px;top:${top}px;width:${side}px;height:${tall}px`;
    node.place = place;
    stage.append(node);
  };

  function tile(here, c, u) {
    const pixels = here.kind === "image", side = pixels ? image : size, tall = pixels ? (image * here.rows) / here.columns : size;
    const canvas = html("canvas", { class: facts.tile.kind === "plane" ? "" : "pixelated" }), node = html("div", { class: "tile" }, canvas);
    const made = { node, canvas, c, u };
    if (!c && facts.reads === "point") node.title = here.on[u] ? `Switch ${here.names[u]} off` : `Switch ${here.names[u]} on`;
    if (c) node.append((made.bias = html("span", { class: "bias" })));
    if (geometry.kernels && c === 1) {
      made.kernel = html("canvas", { class: "pixelated" });
      square(html("div", { class: "tile" }, made.kernel), x[c] - size - 4, y[c][u] - size / 2, size, size, [c, u]);
    }
    square(node, x[c], y[c][u] - tall / 2, side, tall, [c, u]);
    if (here.names[u]) label(here, c, u);
    return made;
  }

  // Inputs are named on their left, outputs on their right.
  function label(here, c, u) {
    if (c && c !== last) return;
    const text = here.names[u], node = html("span", { class: `label${c || here.on[u] ? " on" : ""}`, title: text }, text), top = y[c][u] - 8;
    node.style.cssText = c
      ? `left:${x[c] + size + 8}px;top:${top}px;max-width:${width - x[c] - size - 8}px`
      : `right:${width - x[0] + 8}px;max-width:${x[0] - 8}px;top:${top}px`;
    stage.append(node);
  }

  const tiles = facts.columns.map((here, c) => here.shown.map((_, u) => tile(here, c, u)));
  const captions = facts.columns.map((here, c) => {
    const over = heading(facts, c, geometry, act, open);
    over.style.left = `${x[c] + (here.kind === "image" ? image : size) / 2}px`;
    stage.append(over);
    const left = here.units - here.shown.length;
    if (here.kind !== "image" && left > 0) stage.append(placed(html("span", { class: "label", ...centred }, `${count(left)} more`), x[c] + size / 2, rest[c] - 8));
    if (!geometry.captions || !c) return null;
    const caption = html("span", { class: `label${tier ? "" : " small-type"}`, ...centred });
    stage.append(placed(caption, x[c] + size / 2, height - 16));
    return caption;
  });
  return { tiles, captions };
}

// At every frame, in place: maps, kernels, biases and ranges.
export function paintTiles(root, read, { tiles, captions }, tier) {
  read.facts.columns.forEach((here, c) => {
    tiles[c].forEach((one, u) => {
      const map = read.codes(`map.${c}`, u);
      paintCodes(root, one.canvas, map.values, map.rows, map.columns, here.scale);
      if (one.kernel) {
        const kernel = read.codes("kernel.1", u);
        paintCodes(root, one.kernel, kernel.values, kernel.rows, kernel.columns, "signed");
      }
      if (one.bias) one.bias.style.background = biasColour(read.bias(c, u));
      one.node.classList.toggle("off", c === 0 && !here.on[u]);
    });
    if (captions[c]) put(captions[c], rangeOf(here, tier));
  });
}

function biasColour(value) {
  const share = Math.min(100, 20 + 80 * Math.abs(value) || 0).toFixed(0);
  return `color-mix(in srgb, var(--zero), var(${value < 0 ? "--negative" : "--positive"}) ${share}%)`;
}

function rangeOf({ low, high }, tier) {
  if (!low.every((one) => one === low[0]) || !high.every((one) => one === high[0])) return "own ranges";
  return low[0] ? `±${tidy(high[0])}` : tier ? `0 … ${tidy(high[0])}` : `0…${tidy(high[0])}`;
}
