// One step of a cell as a wiring diagram, 392 × 180: LSTM, GRU, RNN. Every number in it can be chosen.
import { fixed, number, put, svg } from "../dom.js";
import { cut } from "../heat/layout.js";
import { colourOf } from "../theme.js";
import { read, valueBefore, valueOf } from "./words.js";

const WIDE = 392, TALL = 180;
const sub = (n) => String(n).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

// wires [path, thick?]; ops [x, y, sign]; boxes [name, x, y, label]; labels [name, x, y, anchor, before]: words in front
// of the number; notes [what they are a part of, x, y, anchor, function of the values and of the arithmetic, words
// before]: numbers on a wire; read [x, y, pixels]: where it stands what is read.
const DRAWINGS = {
  LSTM: {
    wires: [["M0 38H392", 4], ["M0 152H312"], ["M96 152V38"], ["M172 152V86H202V38"], ["M232 152V86H202"], ["M312 152V94H352"], ["M352 38V152H392"]],
    ops: [[96, 38, "×"], [202, 38, "+"], [202, 86, "×"], [352, 94, "×"]],
    boxes: [["forget", 96, 122, "forget"], ["input", 172, 122, "input"], ["candidate", 232, 122, "cand."], ["output", 306, 122, "output"], ["bent", 352, 65, "tanh"]],
    labels: [["cell before", 6, 22, "start", "c", -1], ["cell", 386, 22, "end", "c", 0], ["hidden before", 6, 172, "start", "h", -1], ["hidden", 386, 172, "end", "h", 0]],
    notes: [["cell", 110, 26, "start", (v) => v.forget * v["cell before"]], ["cell", 212, 65, "start", (v) => v.input * v.candidate]],
    read: [96, 172, 205],
  },
  GRU: {
    wires: [["M0 38H392", 4], ["M0 150H330V38"], ["M100 150V38"], ["M100 82H330"], ["M200 150V122H262V150"]],
    ops: [[100, 38, "×"], [330, 38, "+"], [330, 82, "×"], [262, 150, "×"]],
    boxes: [["update", 100, 118, "update"], ["reset", 200, 118, "reset"], ["candidate", 330, 122, "cand."]],
    labels: [["hidden before", 6, 22, "start", "h", -1], ["hidden", 386, 22, "end", "h", 0]],
    notes: [["hidden", 114, 26, "start", (v) => v.update * v["hidden before"]], ["hidden", 318, 64, "end", (v) => (1 - v.update) * v.candidate], ["hidden", 215, 76, "middle", (v) => 1 - v.update, "1 − update = "]],
    read: [6, 175, 380],
  },
  RNN: {
    wires: [["M0 70H392", 4], ["M186 70V144H6"]],
    ops: [[186, 70, "+"]],
    boxes: [["hidden", 312, 70, "bent"]],
    labels: [["hidden before", 6, 54, "start", "h", -1], ["hidden", 386, 36, "end", "h", 0]],
    notes: [["hidden", 170, 92, "end", (v, work) => work?.h, "U h = "], ["hidden", 196, 114, "start", (v, work) => work?.x, "W x = "], ["hidden", 240, 60, "middle", (v, work) => work?.sum], ["hidden", 186, 44, "middle", (v, work) => work?.bias, "bias "]],
    read: [6, 163, 380],
  },
};
const AMOUNTS = new Set(["forget", "input", "output", "reset", "update"]);

// choose(name): a number was pressed. Gives { node, update(facts, cell, open), names }.
export function wiring(root, cell, choose) {
  const drawing = DRAWINGS[cell], ground = svg("g"), node = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, width: "100%", role: "group" });
  node.append(ground);
  for (const [d, thick] of drawing.wires) ground.append(svg("path", { d, class: "wire", "stroke-width": thick ?? 1.5 }));
  const chooser = (name, ...children) => {
    const group = svg("g", { class: "pressed", "data-name": name }, ...children);
    group.addEventListener("click", (event) => { event.stopPropagation(); choose(name); });
    node.append(group);
    return group;
  };
  const notes = drawing.notes.map(([of, x, y, anchor, value, before = ""]) => {
    const text = svg("text", { x, y, "text-anchor": anchor, class: "halo" });
    chooser(of, text);
    return { text, value, before };
  });
  for (const [x, y, sign] of drawing.ops) node.append(svg("circle", { cx: x, cy: y, r: 10, class: "op" }), svg("text", { x, y: y + 4, class: "strong", "text-anchor": "middle" }, sign));
  const boxes = drawing.boxes.map(([name, x, y, label]) => {
    const small = name === "bent", rect = svg("rect", { x: x - 27, y: y - (small ? 10 : 19), width: 54, height: small ? 20 : 38, rx: 4, class: "gate" });
    const words = svg("text", { x, y: small ? y + 4 : y - 3, "text-anchor": "middle", class: "strong" }, label), value = small ? null : svg("text", { x, y: y + 13, "text-anchor": "middle", class: "number" });
    return { name, rect, words, value, group: chooser(name, rect, words, ...(value ? [value] : [])) };
  });
  const labels = drawing.labels.map(([name, x, y, anchor, before, by]) => {
    const text = svg("text", { x, y, "text-anchor": anchor, class: "strong halo" }), hit = svg("rect", { x: anchor === "start" ? x - 6 : x - 76, y: y - 13, width: 82, height: 18, fill: "transparent" });
    return { name, text, before, by, group: chooser(name, hit, text) };
  });
  const given = svg("text", { x: drawing.read[0], y: drawing.read[1], class: "halo" }), whole = svg("title"), line = svg("tspan");
  given.append(whole, line);
  node.append(given);

  function value(facts, name, at) {
    if (name === "cell before") return valueBefore(facts, "cell", at);
    if (name === "hidden before") return valueBefore(facts, "hidden", at);
    if (name === "bent") return Math.tanh(valueOf(facts, "cell", at));
    return valueOf(facts, name, at);
  }

  return {
    node,
    names: [...labels.map((one) => one.name).filter((name) => name !== "hidden"), ...boxes.map((one) => one.name).filter((name) => name !== "hidden"), "hidden"],
    update(facts, at, open) {
      const values = {}, back = at.unit >= facts.units;
      for (const { name } of [...boxes, ...labels]) values[name] = value(facts, name, at);
      for (const { name, rect, words, value: told, group } of boxes) {
        const amount = AMOUNTS.has(name), v = values[name];
        group.classList.toggle("open", name === open);
        if (!told) continue;
        rect.style.fill = colourOf(root, amount ? "amount" : "signed", v, 1);
        const ink = amount && v > 0.55 ? "var(--page)" : "var(--text)";
        words.style.fill = told.style.fill = ink;
        put(told, Math.abs(v) < 99.9 ? fixed(v, 3) : number(v));
      }
      for (const { name, text, before, by, group } of labels) {
        group.classList.toggle("open", name === open && name !== "bent");
        put(text, `${before}${sub(at.time + 1 + (back ? -by : by))} = ${number(values[name])}`);
      }
      const work = facts.looked.unit === at.unit && facts.looked.at === at.time ? facts.work.find(({ name }) => name === "hidden") : null;
      for (const { text, value: of, before } of notes) put(text, `${before}${number(of(values, work) ?? NaN)}`);
      if (cell === "RNN" && work) put(boxes[0].words, work.bend);
      const what = facts.layer ? "the states of the layer below" : facts.tokens ? `“${read(facts, at.time)}”` : read(facts, at.time);
      const words = `${cell === "GRU" ? `h${sub(at.time + (back ? 2 : 0))} ` : ""}and ${what}`;
      put(whole, words);
      put(line, cut(words, drawing.read[2]));
      node.setAttribute("aria-label", `Wiring of the ${cell} cell: ${Object.entries(values).map(([name, v]) => `${name} ${number(v)}`).join(", ")}`);
    },
  };
}
