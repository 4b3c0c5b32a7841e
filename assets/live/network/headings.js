// What stands over a column: its name, its number of units with buttons for more and less, and what else it does.
import { count, html } from "../dom.js";

export const counted = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
const SHORT = { sigmoid: "sigm", "leaky-relu": "leak", linear: "lin" };
const NORMS = { batch: ["", "batch", "batch norm"], layer: ["", "layer", "layer norm"] };

const by = (step, label, disabled, onclick, more = {}) =>
  html("button", { class: "by", tabindex: "-1", "aria-label": label, ...more, disabled, onclick }, step < 0 ? "−" : "+");

// facts: of the frame; c: the column; tier, roomy: of the layout. open(c, button): its menu is wanted.
export function heading(facts, c, { tier, roomy }, act, open) {
  const here = facts.columns[c], node = html("div", { class: `heading${tier ? "" : " small-type"}` });
  const lines = here.kind === "hidden" ? hidden(here, c, tier, roomy, act, open) : ends(facts, here, c, tier);
  node.append(...lines.filter(Boolean));
  return node;
}

const line = (text) => (text ? html("div", {}, text) : null);

function hidden(here, c, tier, roomy, act, open) {
  const name = tier === 2 ? `Layer ${c} · ${here.spelled}` : tier === 1 ? `Layer ${c}` : `${c}`;
  const button = html("button", { class: "name", tabindex: "-1", title: "Change this layer", onclick: () => open(c, button) }, name);
  const function_ = tier ? (roomy ? here.spelled : here.spelled.replace("leaky ReLU", "leaky")) : SHORT[here.activation] ?? here.spelled;
  const step = (n) => by(n, `One unit ${n < 0 ? "less" : "more"} in layer ${c}`, here.units + n < 1 || here.units + n > 512, () => act({ do: "units", layer: c - 1, by: n }));
  const units = html("span", {}, tier === 2 ? counted(here.units, "unit") : `${here.units}`);
  const norm = NORMS[here.norm]?.[tier], drop = here.dropout ? ["", `drop ${Math.round(100 * here.dropout)}%`, `dropout ${here.dropout}`][tier] : "";
  const more = tier === 2 ? [[norm, drop].filter(Boolean).join(", ")] : tier === 1 ? [norm && `${norm} norm`, drop] : [];
  return [
    button, tier < 2 ? line(function_) : null,
    html("div", { class: `units${tier < 2 ? " tight" : ""}` }, tier ? step(-1) : null, units, tier ? step(1) : null),
    ...more.map(line),
  ];
}

// The inputs and the outputs.
function ends(facts, here, c, tier) {
  const point = facts.reads === "point", image = here.kind === "image", given = `${here.given} of ${here.units}`;
  if (c) {
    const told = { difference: ["", "tanh", "tanh(z ÷ 2)"], probability: ["", "softmax", "softmax"], number: ["", "", "weighted sum"] };
    const words = line(told[here.activation]?.[tier]), [no, yes] = facts.classes ?? [];
    if (words && here.activation === "difference") words.title = `the probability of ${yes} minus that of ${no}`;
    return [html("span", { class: "name" }, tier ? "Output" : "Out"), words];
  }
  const name = tier === 2 && point ? `Inputs · ${given}` : tier ? (image ? "Image" : "Inputs") : "In";
  const features = tier === 2 ? `${counted(here.units, "feature")}${here.standardised ? ", standardised" : ""}` : `${here.units}`;
  return [html("span", { class: "name" }, name), line(image ? here.size : point ? (tier === 1 ? given : "") : features)];
}

// How many hidden layers there are, with buttons for one more and one less.
export function layerCount(node, facts, act) {
  const hidden = facts.columns.length - 2;
  const step = (n, words) => by(n, words, hidden + n < 0 || hidden + n > facts.most_layers, () => act({ do: "layers", by: n }), { title: words });
  node.replaceChildren(step(-1, "One hidden layer less"), html("span", {}, counted(hidden, "layer")), step(1, "One hidden layer more"));
}
