// A sum written out: its largest terms, what the others come to, and the result.
import { count, html, put } from "../dom.js";
import { cut } from "../heat/layout.js";
import { short } from "../sum.js";

export const TERMS_LOOK = `
.terms { display: grid; grid-template-columns: minmax(0, 1fr) 58px 62px 66px; font-size: 12px; line-height: 18px; margin-top: 4px; }
.terms > span { text-align: right; white-space: nowrap; overflow: hidden; }
.terms > .of { text-align: left; color: var(--muted); text-overflow: ellipsis; }
.terms > .end { font-weight: 700; border-top: 1px solid var(--control); }
`;
const MOST = 9;

// The terms of Σ a × b, the largest first: names(i) says what term i belongs to.
export function products(a, b, names) {
  const all = Array.from(a, (one, i) => ({ name: names(i), a: one, b: b[i], product: one * b[i] }));
  return all.sort((x, y) => Math.abs(y.product) - Math.abs(x.product));
}

// Gives { node, update({ heads: [words], terms: [{ name, a, b, product }], bias, total }) }; bias null where there is none.
export function terms() {
  const node = html("div", { class: "terms" });
  function update({ heads, terms: all, bias = null, total }) {
    const few = all.slice(0, MOST), rest = all.slice(MOST).reduce((sum, one) => sum + one.product, 0);
    const lines = [["", ...heads], ...few.map((one) => [one.name, short(one.a), one.b === null ? "" : short(one.b), short(one.product)])];
    if (all.length > MOST) lines.push([`${count(all.length - MOST)} more`, "", "", short(rest)]);
    if (bias !== null) lines.push(["bias", "", "", short(bias)]);
    lines.push(["sum", "", "", short(total)]);
    while (node.children.length > 4 * lines.length) node.lastChild.remove();
    while (node.children.length < 4 * lines.length) node.append(html("span"));
    lines.forEach((line, row) => line.forEach((words, i) => {
      const one = node.children[4 * row + i], kind = i === 0 || row === 0 ? (i === 0 ? "of" : "muted") : "number";
      put(one, i ? words : cut(words, 130));
      one.className = row === lines.length - 1 ? `${kind} end` : kind;
    }));
  }
  return { node, update };
}
