// The whole of what is read, in little: the picture that comes row by row, or all steps with those that are marked.
import { svg } from "../dom.js";
import { colourOf } from "../theme.js";
import { fromEnd, isMarked } from "./words.js";

const SIDE = 62, HIGH = 14; // pixels of the picture, of the row of steps

// Where step t stands in a picture of so many columns, `each` numbers a step: [row, column, rows, columns].
function part(t, each, columns) {
  return [Math.floor((t * each) / columns), (t * each) % columns, Math.max(1, Math.floor(each / columns)), Math.min(each, columns)];
}

// The picture; what is not read yet is pale. Gives { node, wide, update(facts, cell) }.
export function picture(root, y) {
  const pixels = svg("g"), frame = svg("rect", { class: "ring" }), node = svg("g", { transform: `translate(2 ${y})` }, pixels, frame);
  return {
    node, wide: SIDE + 14,
    update(facts, cell) {
      const [rows, columns] = facts.image, { shape, values } = facts.arrays.numbers, size = SIDE / Math.max(rows, columns), most = Math.max(...values, 1e-9);
      while (pixels.children.length > values.length) pixels.lastChild.remove();
      while (pixels.children.length < values.length) pixels.append(svg("rect"));
      [...pixels.children].forEach((one, i) => {
        const t = Math.floor(i / shape[1]), read = fromEnd(facts, cell.unit) ? t >= cell.time : t <= cell.time;
        for (const [name, value] of Object.entries({ x: (i % columns) * size, y: Math.floor(i / columns) * size, width: size, height: size, opacity: read ? 1 : 0.35 })) one.setAttribute(name, value);
        one.style.fill = colourOf(root, "pixels", values[i], most);
      });
      const [top, left, tall, wide] = part(cell.time, shape[1], columns);
      for (const [name, value] of Object.entries({ x: left * size - 1, y: top * size - 1, width: wide * size + 2, height: tall * size + 2 })) frame.setAttribute(name, value);
    },
  };
}

// All steps in one row, a line for each as high as its first number; a triangle where one is marked, a frame around those
// that are shown large. choose(time). Gives { node, update(facts, at, first, count, width) }.
export function track(choose) {
  const lines = svg("path", { class: "wire" }), marked = svg("path", { class: "triangle" }), frame = svg("rect", { class: "window", y: 0, height: HIGH, rx: 3 }), now = svg("path", { class: "here" });
  const hit = svg("rect", { y: -4, height: HIGH + 8, fill: "transparent", class: "hit" }), node = svg("g", {}, lines, marked, frame, now, hit);
  let facts = null, each = 1;
  hit.addEventListener("click", (event) => choose(Math.max(0, Math.min(facts.time - 1, Math.floor((event.clientX - hit.getBoundingClientRect().left) / each)))));
  return {
    node,
    update(next, at, first, count, width) {
      facts = next;
      each = width / facts.time;
      const numbers = facts.arrays.numbers, all = numbers ? Array.from({ length: facts.time }, (_, t) => numbers.values[t * numbers.shape[1]]) : [], low = Math.min(0, ...all), high = Math.max(...all, 1e-9);
      const share = (t) => (numbers ? (all[t] - low) / (high - low || 1) : 0.3), x = (t) => (t + 0.5) * each;
      const bar = (t) => `M${x(t).toFixed(1)} ${HIGH - 1}v${(-Math.max(1, share(t) * (HIGH - 5))).toFixed(1)}`, steps = Array.from({ length: facts.time }, (_, t) => t);
      lines.setAttribute("d", steps.map(bar).join(""));
      marked.setAttribute("d", steps.filter((t) => isMarked(facts, t)).map((t) => `${bar(t)}M${(x(t) - 4).toFixed(1)} -4h8l-4 5z`).join(""));
      now.setAttribute("d", bar(at));
      frame.setAttribute("x", first * each);
      frame.setAttribute("width", count * each);
      hit.setAttribute("width", width);
    },
  };
}
