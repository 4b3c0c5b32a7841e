// One row of a film's picture: words beside it, and one place for each frame, or one sheet for all of them.
import { paintCodes, toCodes } from "../codes.js";
import { html, put, tidy } from "../dom.js";
import { photo } from "../fields.js";
import { legend } from "../legend.js";

export function row(title) {
  const key = legend(), more = html("span", { class: "more small muted" });
  key.node.hidden = true;
  const aside = html("div", { class: "aside" }, html("span", { class: "name" }, title)), cells = html("div", { class: "cells" });
  const node = html("div", { class: "row" }, aside, cells), sheet = html("canvas", { class: "pixelated whole", role: "img" }), parted = html("div", { class: "parted" });
  let list = [], tall = 0;

  // So many places side by side, each a canvas; numbered where they are frames.
  function places(count, place, high, numbered) {
    if (list.length !== count || !list[0]?.node.isConnected) {
      list = Array.from({ length: count }, (_, i) => {
        const number = numbered ? html("span", { class: "number" }, `${i + 1}`) : null, canvas = html("canvas", { class: "pixelated", role: "img" });
        return { number, canvas, node: html("div", { class: "cell" }, number, canvas) };
      });
      cells.replaceChildren(...list.map((one) => one.node));
    }
    stand(place, high + (numbered ? 16 : 0), count);
    list.forEach(({ node: one, canvas }, i) => {
      Object.assign(one.style, { left: `${i * place.pitch}px`, width: `${place.pitch}px` });
      Object.assign(canvas.style, { width: `${place.pitch - 4}px`, height: `${high}px` });
    });
  }
  function stand(place, high, count) {
    tall = high;
    aside.style.width = `${place.left}px`;
    Object.assign(cells.style, { height: `${high}px`, width: `${place.pitch * count}px`, marginLeft: place.narrow ? `${place.left}px` : "" });
  }

  return {
    node, aside,
    range(low, high, scale, words) {
      if (!key.node.isConnected) aside.append(key.node, more);
      key.node.hidden = false;
      key.set({ low: tidy(Number(low.toPrecision(2))), high: tidy(Number(high.toPrecision(2))), scale });
      put(more, words);
    },
    photos(facts, place, values) {
      const size = facts.shape.reduce((a, b) => a * b, 1);
      places(facts.frames, place, place.tall, true);
      list.forEach(({ node: one, canvas }, i) => {
        photo(canvas, values, facts.shape, i * size);
        one.classList.toggle("unseen", facts.still !== null && facts.still !== i);
        canvas.setAttribute("aria-label", `Frame ${i + 1}`);
      });
    },
    maps(root, facts, place, codes) {
      const { rows, columns, scale } = facts.layers[facts.eye], size = rows * columns, begin = facts.channel * facts.frames * size;
      places(facts.frames, place, place.eyes, false);
      list.forEach(({ canvas }, i) => {
        const part = codes.subarray(begin + i * size, begin + (i + 1) * size);
        paintCodes(root, canvas, scale === "signed" ? part.map((code) => Math.min(255, code + (code > 127))) : part, rows, columns, scale);
        canvas.setAttribute("aria-label", `Map ${facts.channel + 1} of frame ${i + 1}`);
      });
    },
    // Values (unit, frame) as one heat map. halves: its upper half reads from the start, the lower from the end.
    sheet(root, place, high, values, units, count, limit, scale, halves = false) {
      if (!sheet.isConnected) { list = []; cells.replaceChildren(sheet, parted); }
      stand(place, high, count);
      paintCodes(root, sheet, toCodes(values, scale === "signed" ? -limit : 0, limit), units, count, scale, values);
      parted.hidden = !halves;
      parted.style.top = "50%";
      sheet.setAttribute("aria-label", `${title}: ${units} units by ${count} frames`);
    },
    mark(time) { list.forEach(({ number }, i) => number?.classList.toggle("on", i === time)); },
    // Where a unit stands in the sheet, and which one is under a pointer.
    at: (unit, units) => (unit === null || unit === undefined ? null : { top: (unit * tall) / units, height: tall / units }),
    top: (stage) => cells.getBoundingClientRect().top - stage.getBoundingClientRect().top,
    unit(event, units) {
      const y = event.clientY - cells.getBoundingClientRect().top;
      return y < 0 || y >= tall ? null : Math.floor((y / tall) * units);
    },
  };
}
