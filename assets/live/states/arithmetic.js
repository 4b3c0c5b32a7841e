// The arithmetic of one number of a cell: dlplay/probes/unrolled.py.
import { count, put, svg } from "../dom.js";
import { cut } from "../heat/layout.js";
import { middleLine, rowBar } from "../rows.js";
import { short } from "../sum.js";

const LINES = 6, LINE = 14, TALL = 122;
const TITLES = {
  forget: "Forget gate", input: "Input gate", output: "Output gate", candidate: "Candidate", reset: "Reset gate", update: "Update gate",
  hidden: "New state h", cell: "New cell c", bent: "tanh of the cell", "cell before": "Cell of the step before", "hidden before": "State of the step before",
};
const b = (value) => (value < 0 ? `(${short(value)})` : short(value));

// Gives { node, update(entry, about, width) }: entry of facts.work, or null where it is still to come.
export function arithmetic() {
  const node = svg("svg", { height: TALL, role: "group" });
  const title = svg("text", { x: 0, y: 11, class: "strong" }), parts = svg("text", { x: 0, y: 28, class: "formula" }), where = svg("text", { y: 11, "text-anchor": "end" });
  const rows = Array.from({ length: LINES }, (_, i) => {
    const y = 46 + i * LINE, bar = rowBar({ y: y - 8, height: 9, middle: 300, half: 80 });
    const name = svg("text", { x: 0, y }), sum = svg("text", { x: 150, y, "text-anchor": "end", class: "number" }), product = svg("text", { x: 206, y, "text-anchor": "end", class: "strong" });
    return { name, sum, product, bar, group: svg("g", {}, name, sum, product, bar.node) };
  });
  const line = middleLine(300, 35, 34 + LINES * LINE), lines = [0, 1, 2].map((i) => svg("text", { x: 0, y: 36 + 20 * i, class: "formula" }));
  node.append(title, where, parts, line, ...rows.map((row) => row.group), ...lines);

  function update(entry, about, width) {
    node.setAttribute("width", width);
    where.setAttribute("x", width - 26);
    put(where, about);
    const summed = entry?.kind === "sum";
    line.style.display = summed ? "" : "none";
    for (const row of rows) row.group.style.display = "none";
    for (const one of [parts, ...lines]) put(one, "");
    if (!entry) { put(title, "…"); return; }
    if (summed) { sum(entry, width); return; }
    put(title, `${TITLES[entry.name]} = ${short(entry.value)}`);
    formulas(entry).forEach((words, i) => put(lines[i], words));
  }

  function sum(entry, width) {
    put(title, `${TITLES[entry.name]} = ${entry.bend}(${short(entry.sum)}) = ${short(entry.value)}`);
    put(parts, `inputs W x: ${short(entry.x)} · state ${entry.reset === undefined ? "" : "r × "}U h: ${short(entry.h)} · bias: ${short(entry.bias)}`);
    const listed = [...entry.terms.map((term) => ({ name: term.name, how: `${short(term.value)}×${short(term.weight)}`, product: term.product }))];
    if (entry.rest) listed.push({ name: `${count(entry.rest.count)} more`, how: "", product: entry.rest.value });
    listed.push({ name: "bias", how: "", product: entry.bias });
    const most = Math.max(...listed.map(({ product }) => Math.abs(product)), 1e-9), half = Math.max(20, (width - 216) / 2 - 4), middle = 216 + half;
    line.setAttribute("x1", middle); line.setAttribute("x2", middle);
    listed.forEach(({ name, how, product }, i) => {
      const row = rows[i];
      row.group.style.display = "";
      put(row.name, cut(name, 70));
      put(row.sum, how);
      put(row.product, short(product));
      row.bar.set(product, most);
      const at = Number(row.bar.node.getAttribute("x")), long = Number(row.bar.node.getAttribute("width")), scale = half / 80;
      row.bar.node.setAttribute("x", middle + (at - 300) * scale);
      row.bar.node.setAttribute("width", Math.max(0.5, long * scale));
    });
  }

  function formulas(e) {
    if (e.kind === "given") return [e.first ? "Nothing was read before: it begins at 0." : "As the step before left it."];
    if (e.kind === "keep") return ["forget × cell before + input × candidate", `= ${b(e.f)} × ${b(e.c)} + ${b(e.i)} × ${b(e.g)}`, `= ${short(e.f * e.c)} + ${b(e.i * e.g)} = ${short(e.value)}`];
    if (e.kind === "shown") return ["output × tanh of the cell", `= ${b(e.o)} × ${b(e.t)} = ${short(e.value)}`];
    if (e.kind === "tanh") return [`tanh(${short(e.c)}) = ${short(e.value)}`];
    return ["(1 − update) × candidate + update × state before", `= ${short(1 - e.z)} × ${b(e.n)} + ${b(e.z)} × ${b(e.h)}`, `= ${short((1 - e.z) * e.n)} + ${b(e.z * e.h)} = ${short(e.value)}`];
  }
  return { node, update };
}
