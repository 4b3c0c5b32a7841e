// What a number sees: the image with its receptive field, and how strongly each pixel moves it.
import { hover, onHover } from "../bus.js";
import { paint } from "../codes.js";
import { box, html, number, svg } from "../dom.js";
import { clipped, frameOn, photo } from "../fields.js";
import { legend } from "../legend.js";
import { placeOf } from "./words.js";

const IMAGE_TOP = 22;

// acts: over {value}. Gives { node, update(facts, width), end() }.
export function sightOf(root, act) {
  const heading = html("div", { class: "heading", style: "left:0;top:0" }), right = html("div", { class: "heading", style: "top:0" }, "What it responds to");
  const image = html("canvas", { class: "pixelated" }), heat = html("canvas", { class: "pixelated", role: "img" });
  const overlay = svg("svg", { role: "img", style: "overflow:hidden;left:0" }), heatOverlay = svg("svg", { style: "overflow:hidden" });
  const padding = svg("rect", { fill: "none", style: "stroke: var(--control)", "stroke-dasharray": "2 3" });
  const inner = svg("g", {}), earlier = [];
  overlay.append(padding, inner);
  const main = frameOn(overlay, { width: 2 }), preview = frameOn(overlay, { width: 1.5, dashed: true }), heatFrame = frameOn(heatOverlay, { width: 1.5 });
  const caption = html("div", { class: "caption", style: "left:0" }), heatCaption = html("div", { class: "caption" });
  const range = legend();
  const over = html("div", { class: "over" }, ...[[1, "this image"], [32, "over 32"]].map(([value, label]) => html("button", { type: "button", onclick: () => act({ do: "over", value }) }, label)));
  const growth = html("div", { class: "growth" });
  const node = html("div", { class: "sight" }, heading, image, overlay, caption, right, heat, heatOverlay, range.node, heatCaption, over, growth);
  let facts = null, scale = 1, x0 = 0, y0 = 0, stops = "", picked = -1;

  function update(next, width) {
    facts = next;
    const [, rows, columns] = facts.image.shape, gap = 16;
    const left = Math.min(176, Math.floor(width * 0.52)), side = width - left - gap;
    const margin = Math.min(facts.margin, Math.ceil(Math.max(rows, columns) / 8));
    scale = Math.min(left / (columns + 2 * margin), 150 / (rows + 2 * margin));
    if (scale > 1) scale = Math.floor(scale * 2) / 2;
    x0 = y0 = margin * scale;
    const [w, h] = [columns * scale, rows * scale];
    heading.textContent = placeOf(facts);
    photo(image, facts.arrays.image.values, facts.image.shape);
    box(image, x0, IMAGE_TOP + y0, w, h);
    box(overlay, 0, IMAGE_TOP, w + 2 * x0, h + 2 * y0);
    for (const [key, value] of Object.entries({ x: 0.5, y: 0.5, width: Math.max(0, w + 2 * x0 - 1), height: Math.max(0, h + 2 * y0 - 1) })) padding.setAttribute(key, value);
    padding.style.display = margin ? "" : "none";
    const { whole, top, bottom } = facts.field, seen = bottom - top;
    main(facts.field, scale, x0, y0);
    const past = facts.field.left < -margin || top < -margin || facts.field.right > columns + margin || bottom > rows + margin;
    caption.replaceChildren(whole ? "frame: it sees the whole image" : past || seen > rows ? `${seen} × ${seen}, ${Math.min(bottom, rows) - Math.max(top, 0)} × ${Math.min(facts.field.right, columns) - Math.max(facts.field.left, 0)} of it on the image` : `frame: the ${seen} × ${seen} it can see`, ...(margin ? [html("br"), "dashed: padding, zeros"] : []));
    caption.style.top = `${IMAGE_TOP + h + 2 * y0 + 2}px`;
    overlay.setAttribute("aria-label", whole ? "It sees the whole image" : `Its frame on the image: rows ${top + 1} to ${bottom}, columns ${facts.field.left + 1} to ${facts.field.right}`);

    const cell = Math.min(side, 128, (128 * columns) / rows) / columns, effective = facts.arrays.effective.values, most = effective.reduce((a, b) => Math.max(a, b), 0);
    const at = width - side;
    right.style.left = range.node.style.left = heatCaption.style.left = over.style.left = `${at}px`;
    paint(root, heat, effective, rows, columns, "amount", most);
    box(heat, at, IMAGE_TOP, columns * cell, rows * cell);
    box(heatOverlay, at - 2, IMAGE_TOP - 2, columns * cell + 4, rows * cell + 4);
    heatFrame(clipped(facts.field, facts.image.shape), cell, 2, 2);
    heat.setAttribute("aria-label", `How strongly each pixel moves it, 0 to ${number(most)}`);
    heatCaption.textContent = "|∂ value / ∂ pixel|";
    const below = IMAGE_TOP + rows * cell;
    heatCaption.style.top = `${below + 4}px`;
    range.node.style.top = `${below + 20}px`;
    range.set({ low: "0", high: number(most), scale: "amount" });
    over.style.top = `${below + 38}px`;
    [...over.children].forEach((button, i) => button.setAttribute("aria-pressed", String(facts.over === [1, 32][i])));
    grow();
  }

  function grow() {
    const key = JSON.stringify(facts.growth);
    if (key !== stops) {
      stops = key;
      picked = -1;
      earlier.length = 0;
      inner.replaceChildren();
      const chips = facts.growth.map((g, i) => {
        earlier.push(frameOn(inner, { width: 1 }));
        const chip = html("span", { class: "stop", title: `${g.title}, row ${g.row + 1}, column ${g.column + 1}` }, `${g.bottom - g.top}×${g.right - g.left}`);
        chip.addEventListener("pointerenter", () => { picked = i; frames(); hover({ kind: "cell", tap: g.tap, channel: g.tap === facts.tap ? facts.channel : 0, row: g.row, column: g.column, span: g, words: `${g.title} sees ${g.bottom - g.top} × ${g.right - g.left}` }); });
        chip.addEventListener("pointerleave", () => { picked = -1; frames(); hover(null); });
        return chip;
      });
      growth.replaceChildren(...(chips.length > 1 ? [html("span", {}, "grows"), ...chips.flatMap((chip, i) => (i ? ["→", chip] : [chip]))] : []));
    }
    frames();
  }
  function frames() {
    earlier.forEach((put, i) => put(facts.growth[i].bottom - facts.growth[i].top < facts.field.bottom - facts.field.top && (picked < 0 || picked === i) ? facts.growth[i] : null, scale, x0, y0));
    [...growth.querySelectorAll(".stop")].forEach((chip, i) => chip.classList.toggle("on", i === picked));
  }
  const quiet = onHover((what) => preview(what?.kind === "cell" && what.span && !facts?.growth.includes(what.span) ? what.span : null, scale, x0, y0));
  preview(null);
  return { node, update, end: quiet };
}
