// The model's answer under its maps: a bar for each class or each number.
import { html, number, put } from "../dom.js";
import { css, scale } from "../theme.js";
import { share } from "./words.js";

// show(cell, label): it is pointed at; leave(): no more; choose(): it is clicked. A cell is { tap: "output", channel, row, column }.
export function answers(root, { show, leave, choose }) {
  const node = html("div", { class: "answer" });
  let bars = [], title = null, kind = null;

  function build(names) {
    bars = names.map((label, i) => {
      const fill = html("div", { class: "fill" }), bar = html("div", { class: "class" }, html("div", { class: "well" }, fill), html("span", { class: "name" }, label));
      const cell = { tap: "output", channel: i, row: 0, column: 0 };
      bar.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(cell, label); });
      bar.addEventListener("pointerleave", leave);
      bar.addEventListener("click", () => { show(cell, label); choose(); });
      return { node: bar, fill, label };
    });
    title = html("span", { style: "font-weight:600" });
    node.replaceChildren(
      html("div", { class: "spread small" }, html("span", { style: "font-weight:600" }, "Answer"), title),
      html("div", { class: "columns" }, ...bars.map((bar) => bar.node)),
    );
    node.style.setProperty("--strong", "var(--middle)");
  }

  // facts: { names, values, said, true, kind }; lock: of the frame.
  function update({ names, values, said, true: truth, kind: next }, lock) {
    if (bars.length !== names.length || kind !== next) { kind = next; build(names); }
    node.style.setProperty("--middle", css(scale(root, "amount").subarray(510, 513)));
    const classes = kind === "classes", most = classes ? 1 : Math.max(...values.map((v) => Math.abs(v ?? 0)), 1e-9);
    bars.forEach(({ node: bar, fill, label }, i) => {
      fill.style.transform = `scaleY(${Math.min(1, Math.abs(values[i] ?? 0) / most)})`;
      bar.classList.toggle("said", i === said);
      bar.classList.toggle("true", classes && i === truth);
      bar.classList.toggle("locked", lock?.tap === "output" && lock.channel === i);
      bar.title = `${label}: ${classes ? share(values[i]) : number(values[i] ?? NaN)}`;
    });
    const judged = truth === null || truth === undefined ? "" : said === truth ? " · right" : ` · truly ${names[truth]}`;
    put(title, classes ? `${names[said]} with ${share(values[said])}${judged}` : values.map((v, i) => `${names[i]} ${number(v ?? NaN)}`).join(" · "));
  }

  const preview = (cell) => bars.forEach((bar, i) => bar.node.classList.toggle("previewed", cell?.tap === "output" && cell.channel === i));
  return { node, update, preview };
}
