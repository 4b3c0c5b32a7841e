// What one neuron computes: its inputs, weights and products, their sum, and what becomes of it, as a table.
import { count, fixed, html, number } from "./dom.js";

export const SUM_LOOK = `
.sum { min-height: 98px; }
.sum .head { display: flex; gap: 8px; align-items: baseline; white-space: nowrap; overflow: hidden; }
.sum .title { flex: none; }
.sum .head .muted { overflow: hidden; text-overflow: ellipsis; }
.sum .table { display: grid; font-size: 12px; line-height: 18px; align-items: center; margin-top: 2px; }
.sum .table > * { min-width: 0; }
.sum .cell { text-align: right; padding-right: 4px; white-space: nowrap; }
.sum .name { color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.sum .from { text-align: right; padding-right: 4px; }
.sum .strong { font-weight: 700; }
.sum .below { color: var(--negative); } .sum .above { color: var(--positive); }
.sum .step { text-align: right; padding-right: 4px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.sum .end { font-weight: 700; font-size: 14px; }
.part .sum .set { border: 0; border-radius: 3px; padding: 0 4px 0 2px; margin: 0; min-height: 0; background: none; text-align: right; font: 12px/18px var(--fontNumber); text-decoration: underline dotted var(--control); text-underline-offset: 3px; }
.part .sum .set.strong { font-weight: 700; }
.part .sum .release { margin-left: auto; align-self: center; border: 0; background: none; padding: 0 6px; min-height: 0; line-height: 20px; font-size: 16px; flex: none; }
.part .sum .set:hover { background: var(--raised); }
.sum.tall .head { white-space: normal; }
.sum.tall .table { line-height: 22px; }
@media (pointer: coarse) { .part .sum.tall .set { line-height: 32px; } .part .sum .release { min-width: 44px; line-height: 32px; } }
`;

const short = (value) => (Math.abs(value) >= 1000 ? number(value) : fixed(value, Math.abs(value) >= 100 ? 1 : 2));
const signOf = (value) => (value < 0 ? "below" : value > 0 ? "above" : "");

// One row or column of the table for each thing that is added up; `tall` writes them below each other.
// Facts: { title, where, locked, from: words above the names, terms: [{ name, value, weight, product }], more, rest, bias, steps: [words], end }.
// edit(what, node): a weight was clicked; what is the number of its term, or "bias".
// release(): the cross was clicked, which is there while the neuron is locked.
export function sum(edit, release) {
  const title = html("span", { class: "title" }), where = html("span", { class: "muted" });
  const cross = html("button", { class: "release", tabindex: "-1", "aria-label": "Release", title: "Release (Esc)", onclick: release }, "×");
  const table = html("div", { class: "table" });
  const node = html("div", { class: "sum" }, html("div", { class: "head" }, title, where, cross), table);
  let made = "", cells = null;

  const cell = (kind = "cell number") => { const one = html("span", { class: kind }); table.append(one); return one; };
  const word = (text, kind = "name") => { const one = cell(kind); one.textContent = text; return one; };
  const button = (what) => {
    const one = html("button", { class: "set", tabindex: "-1", onclick: () => edit(what, one) });
    table.append(one);
    return one;
  };

  function wide(terms, more) {
    const blank = () => word("", "cell");
    const row = (first, each, rest, bias, last) => ({ first: word(first), each: Array.from({ length: terms }, each), rest: more ? rest() : null, bias: bias(), last: last() });
    table.style.gridTemplateColumns = `72px repeat(${terms}, minmax(0, 92px)) ${more ? "58px " : ""}50px minmax(${terms > 6 ? 108 : 168}px, 1fr)`;
    const names = row("", () => cell("from name"), () => cell("from name"), () => word("bias", "from name"), () => cell());
    const values = row("value a", () => cell(), blank, blank, () => cell());
    const weights = row("weight w", (_, i) => button(i), blank, blank, () => cell());
    const products = row("w × a", () => cell("cell number strong"), () => cell("cell number strong"), () => button("bias"), () => cell("cell number end"));
    products.bias.classList.add("strong");
    return {
      from: names.first, names: names.each, values: values.each, weights: weights.each, products: products.each,
      more: names.rest, rest: products.rest, bias: products.bias, steps: [names.last, values.last, weights.last].map((one) => { one.className = "step"; return one; }), end: products.last,
    };
  }

  function tall(terms, more) {
    table.style.gridTemplateColumns = "minmax(0, 1fr) 64px 72px 76px";
    const from = word("");
    for (const text of ["value", "× weight", "product"]) word(text, "from name");
    const rows = Array.from({ length: terms }, (_, i) => [cell("name"), cell(), button(i), cell("cell number strong")]);
    const blanks = () => { word(""); word(""); };
    const line = (name, last) => { const first = word(name); blanks(); return [first, last()]; };
    const rest = more ? line("", () => cell("cell number strong")) : null;
    const bias = line("bias", () => button("bias"))[1];
    bias.classList.add("strong");
    const steps = [0, 1, 2].map(() => { const one = cell("cell number"); one.style.gridColumn = "1 / 5"; return one; });
    const end = cell("cell number end");
    end.style.gridColumn = "1 / 5";
    const at = (k) => rows.map((row) => row[k]);
    return { from, names: at(0), values: at(1), weights: at(2), products: at(3), more: rest?.[0], rest: rest?.[1], bias, steps, end };
  }

  function signed(where, value) {
    where.textContent = short(value);
    const kind = signOf(value);
    where.classList.toggle("below", kind === "below");
    where.classList.toggle("above", kind === "above");
  }

  function update(facts, narrow) {
    title.textContent = facts.title;
    where.textContent = facts.where;
    cross.hidden = !facts.locked;
    const wanted = `${narrow} ${facts.terms.length} ${facts.more > 0}`;
    if (wanted !== made) {
      made = wanted;
      table.replaceChildren();
      node.classList.toggle("tall", narrow);
      cells = (narrow ? tall : wide)(facts.terms.length, facts.more > 0);
    }
    cells.from.textContent = facts.from;
    facts.terms.forEach((term, i) => {
      if (cells.names[i].textContent !== term.name) { cells.names[i].textContent = term.name; cells.names[i].title = term.full; }
      cells.values[i].textContent = short(term.value);
      cells.weights[i].textContent = short(term.weight);
      cells.weights[i].setAttribute("aria-label", `weight ${term.full}, ${short(term.weight)}; press to set`);
      signed(cells.products[i], term.product);
    });
    if (cells.more) { cells.more.textContent = `${count(facts.more)} more`; signed(cells.rest, facts.rest); }
    signed(cells.bias, facts.bias);
    cells.bias.setAttribute("aria-label", `bias ${short(facts.bias)}; press to set`);
    cells.steps.forEach((one, i) => { one.textContent = one.title = facts.steps[i] ?? ""; one.hidden = narrow && !facts.steps[i]; });
    cells.end.textContent = facts.end;
  }

  // Moves the focus among the numbers that can be set; keys the table does not use go on to the picture.
  node.addEventListener("keydown", (event) => {
    const all = [...node.querySelectorAll(".set")], here = all.indexOf(event.target);
    if (here < 0) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    all[(here + step + all.length) % all.length].focus();
  });

  return { node, update, focus: () => node.querySelector(".set")?.focus() };
}
export { short };
