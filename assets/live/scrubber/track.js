// The run as a line: its loss as the ground, snapshots as ticks, flags, the looked-at step, and words under a pointer.
import { count, number, put, svg, tidy } from "../dom.js";
import { end, lossAt, rateAt } from "./reading.js";

const MARGIN = 10;
const SHAPES = {
  change: () => svg("path", { d: "M0 -6l5 6l-5 6l-5 -6z", fill: "var(--page)", stroke: "var(--text)", "stroke-width": 1.5 }),
  diverged: () => svg("path", { d: "M-5 -12l10 10m0 -10l-10 10", stroke: "var(--errorText)", "stroke-width": 2, fill: "none" }),
  pin: () => svg("path", { d: "M0 -2l-5 -8h10z", fill: "var(--text)", stroke: "var(--text)" }),
  best: () => svg("path", { d: "M0 -2l-5 -8h10z", fill: "var(--page)", stroke: "var(--text)" }),
};
const FIRST = ["pin", "diverged", "best"]; // whose label comes first where there is little room
const set = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); };
const line = (stroke, width) => svg("line", { stroke, "stroke-width": width, "stroke-linecap": "round" });

export function track() {
  const ground = svg("path", { fill: "none", stroke: "var(--control)", "stroke-width": 1.25, "stroke-linejoin": "round" });
  const rail = line("var(--border)", 4), done = line("var(--control)", 4), past = line("var(--text)", 4);
  const ticks = svg("path", { stroke: "var(--control)", fill: "none" });
  const pointer = svg("line", { stroke: "var(--muted)", "stroke-dasharray": "2 2", visibility: "hidden" });
  const marks = svg("g"), preview = svg("text", { class: "strong", visibility: "hidden", y: 12 });
  const label = svg("rect", { fill: "var(--page)", stroke: "var(--border)", rx: 4, y: -2, height: 19, visibility: "hidden" });
  const thumb = svg("circle", { r: 8, fill: "var(--text)", stroke: "var(--page)", "stroke-width": 2 });
  const node = svg("svg", { "aria-hidden": "true" }, ground, rail, done, past, ticks, pointer, marks, thumb, label, preview);
  let facts = null, width = 0, narrow = false, labels = "";

  const x = (at) => MARGIN + (at / end(facts)) * Math.max(0, width - 2 * MARGIN);
  // The step under a place, in pixels from the left end.
  const stepAt = (place) => ((place - MARGIN) / Math.max(1, width - 2 * MARGIN)) * end(facts);

  function draw(next, { shown, wide, slim }) {
    facts = next, width = wide, narrow = slim;
    const y = narrow ? 26 : 40, low = narrow ? 18 : 23; // the labels stand between the loss and the line
    set(node, { height: narrow ? 44 : 56, width });
    const { steps, losses, kept } = facts.arrays, n = losses.values.length;
    let least = Infinity, most = -Infinity;
    for (const value of losses.values) { least = Math.min(least, value); most = Math.max(most, value); }
    const span = Math.max(Math.log10(most / least), 0.3);
    let path = "", comb = "";
    for (let i = 0; i < n; i++) path += `${i ? "L" : "M"}${x(steps.values[i]).toFixed(1)} ${(low - ((low - 3) * Math.log10(losses.values[i] / least)) / span).toFixed(1)}`;
    for (const stop of kept.values) comb += `M${x(stop).toFixed(1)} ${y + 6}v4`;
    set(ground, { d: path });
    set(ticks, { d: comb });
    set(rail, { x1: MARGIN, x2: Math.max(MARGIN, width - MARGIN), y1: y, y2: y });
    set(done, { x1: MARGIN, x2: x(facts.step), y1: y, y2: y });
    set(past, { x1: MARGIN, x2: x(shown), y1: y, y2: y });
    set(thumb, { cx: x(shown), cy: y });
    drawFlags(y);
  }

  function drawFlags(y) {
    const key = JSON.stringify(facts.flags);
    if (key !== labels) {
      labels = key;
      marks.replaceChildren(...facts.flags.map(flagOf));
    }
    const taken = facts.flags.map((flag) => [x(flag.step) - 7, x(flag.step) + 7]); // no label covers a flag
    const rank = (i) => FIRST.indexOf(facts.flags[i].kind);
    const order = facts.flags.map((_, i) => i).sort((a, b) => rank(a) - rank(b));
    for (const i of order) {
      const flag = facts.flags[i], mark = marks.children[i], at = x(flag.step), length = 6.4 * flag.label.length;
      mark.setAttribute("transform", `translate(${at.toFixed(1)} ${y})`);
      const room = ([from, to]) => from >= 0 && to <= width && taken.every(([a, b], j) => j === i || to < a || from > b);
      const right = [at + 8, at + 9 + length], left = [at - 9 - length, at - 8];
      const place = narrow || flag.kind === "change" ? null : room(right) ? right : room(left) ? left : null;
      set(mark.lastChild, { visibility: place ? "visible" : "hidden", x: place === left ? -9 : 9, "text-anchor": place === left ? "end" : "start" });
      if (place) taken.push(place);
    }
  }

  // at: the step the pointer means, null for none. pointed: where the pointer is, in pixels, which finds a change.
  function point(at, pointed) {
    const on = at !== null && at <= end(facts);
    for (const part of [pointer, label, preview]) part.setAttribute("visibility", on ? "visible" : "hidden");
    if (!on) return;
    const place = x(at), loss = lossAt(facts, at);
    set(pointer, { x1: place, x2: place, y1: 2, y2: narrow ? 24 : 38 });
    const change = facts.flags.find((flag) => flag.kind === "change" && Math.abs(x(flag.step) - (pointed ?? place)) < 8);
    const rate = change ? null : rateAt(facts, at);
    const said = [`step ${count(change ? change.step : at)}`, change ? change.label : loss !== null && `loss ${number(loss)}`, rate !== null && `rate ${tidy(rate)}`];
    put(preview, said.filter(Boolean).join(" · "));
    const wide = preview.getComputedTextLength() + 10;
    const from = Math.max(0, Math.min(width - wide, place > width / 2 ? place - 5 - wide : place + 5));
    set(label, { x: from, width: wide });
    set(preview, { x: from + 5 });
  }

  return { node, draw, point, stepAt };
}

// A pin and what the run found can be clicked; a change is only pointed at.
function flagOf(flag) {
  const title = svg("title"), said = svg("text", { y: -6, class: flag.kind === "pin" ? "strong halo" : "halo" });
  title.textContent = `${flag.label}, step ${count(flag.step)}`;
  said.textContent = flag.label;
  const reach = svg("rect", { x: -10, y: -16, width: 20, height: 16, fill: "transparent" });
  return svg("g", flag.kind === "change" ? {} : { "data-step": flag.step }, title, reach, SHAPES[flag.kind](), said);
}
