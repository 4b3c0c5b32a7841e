// The weights as curves between neurons: colour says the sign, width the size.
import { svg } from "../dom.js";

const along = (t) => 3 * t * t - 2 * t * t * t; // height of an edge at parameter t, from 0 to 1
const across = (t) => t * (1.5 * (1 - t) + t * t); // and how far to the right it is there
const ATTRIBUTES = ["stroke", "stroke-width", "stroke-opacity"];

// node: an SVG to lay under the neurons.
export function edges() {
  const node = svg("svg", { "aria-hidden": "true" }), back = svg("g"), front = svg("g");
  node.append(back, front);
  let all = [];

  // One curve for each weight between shown units; an image sends one bundle to each neuron.
  function build(facts, { size, image, kernels, height, x, y }, width) {
    back.replaceChildren();
    front.replaceChildren();
    node.setAttribute("width", width);
    node.setAttribute("height", height);
    all = [];
    facts.columns.forEach((here, c) => {
      if (!c) return;
      const bundle = facts.columns[c - 1].kind === "image", end = x[c] - (kernels && c === 1 ? size + 4 : 0);
      here.shown.forEach((_, u) => {
        for (const s of bundle ? [0] : here.sources) {
          const from = [x[c - 1] + (bundle ? image : size), y[c - 1][s]], to = [end, y[c][u]], middle = (from[0] + to[0]) / 2;
          const path = svg("path", { d: `M${from}C${middle} ${from[1]} ${middle} ${to[1]} ${to}` });
          all.push({ c, u, s, source: bundle ? -1 : here.sources.indexOf(s), from, to, node: path, last: [] });
          back.append(path);
        }
      });
    });
  }

  // focus: the neuron [c, u] whose edges stand out, or null. Only what changed is written.
  function draw(read, focus) {
    const [c, u] = focus ?? [-1, -1];
    for (const one of all) {
      const into = one.c === c && one.u === u, out = one.c === c + 1 && one.s === u, bundle = one.source < 0;
      const w = bundle ? 0 : read.weight(one) || 0, size = Math.abs(w);
      const faded = c < 0 ? 0.22 + 0.45 * Math.min(1, size / 2) : 0.1 + 0.26 * Math.min(1, size / 2);
      const look = [
        bundle ? "var(--control)" : w < 0 ? "var(--negative)" : "var(--positive)",
        bundle ? "1" : Math.min(6, 0.5 + 1.5 * size).toFixed(1),
        (into ? 1 : out ? Math.min(1, 0.25 + faded * 1.6) : bundle ? 0.35 : faded).toFixed(2),
      ];
      ATTRIBUTES.forEach((name, i) => { if (one.last[i] !== look[i]) one.node.setAttribute(name, look[i]); });
      one.last = look;
      if (into !== (one.node.parentNode === front)) (into ? front : back).append(one.node);
    }
  }

  // The edge under the pointer: all edges of a gap share how far right each point of theirs is.
  function nearest(read, [px, py]) {
    let found = null, best = 7;
    for (const one of all) {
      const [x1, y1] = one.from, [x2, y2] = one.to, share = (px - x1) / (x2 - x1);
      if (share <= 0.02 || share >= 0.98 || one.source < 0) continue;
      let low = 0, high = 1;
      for (let i = 0; i < 12; i++) { const t = (low + high) / 2; if (across(t) < share) low = t; else high = t; }
      const slope = (6 * low * (1 - low) * (y2 - y1)) / ((1.5 - 3 * low + 3 * low * low) * (x2 - x1));
      const thick = (one.node.parentNode === front ? 2 : 0) + Math.min(1, Math.abs(read.weight(one)));
      const away = Math.abs(py - y1 - (y2 - y1) * along(low)) / Math.hypot(1, slope) - thick;
      if (away < best) { best = away; found = one; }
    }
    return found;
  }

  return { node, build, draw, nearest };
}
