// The fields of one layer, unfolded below its row: a stepper, a choice or a switch for each, made from the frame's limits.
import { html } from "./dom.js";

const REST = 180, PATIENCE = 1500; // ms: how long a number rests before it is sent, how long a wish stands unanswered
const CHANNELS = 256; // from this limit on a stepper takes round steps

// set(name, value) asks for a change, leave() gives the focus back; acts are buttons for the layer itself.
export function fieldset({ set, leave, acts }) {
  const grid = html("div", { class: "grid" });
  const node = html("div", { class: "fields", role: "group" }, grid, html("div", { class: "acts" }, ...acts));
  const wishes = new Map(); // name → value that was asked for and not yet answered
  let made = "", controls = [], timer = 0, ask = null;

  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { leave(); event.preventDefault(); }
    if (!((event.ctrlKey || event.metaKey) && "zy".includes(event.key.toLowerCase()))) event.stopPropagation();
  });

  function wish(name, value, rest = 0) {
    wishes.set(name, { value, until: Date.now() + PATIENCE + rest });
    ask?.(name);
    clearTimeout(timer);
    const send = () => { ask = null; set(name, value); };
    if (!rest) return send();
    ask = (other) => { if (other !== name) send(); }; // another field: the first must not be forgotten
    timer = setTimeout(send, rest);
  }

  function control(field) {
    const words = { title: field.help, "aria-label": `${field.label}: ${field.help}` };
    if (field.kind === "choice") {
      const node = html("select", { ...words, onchange: () => wish(field.name, field.choices[node.selectedIndex][0]) }, ...field.choices.map(([, text]) => html("option", {}, text)));
      return { node, put: (value) => { node.selectedIndex = field.choices.findIndex(([choice]) => choice === value); } };
    }
    if (field.kind === "switch") {
      const node = html("input", { ...words, type: "checkbox", onchange: () => wish(field.name, node.checked) });
      return { node, put: (value) => { node.checked = value; } };
    }
    const whole = field.kind === "whole";
    const clip = (value) => Math.min(field.high ?? Infinity, Math.max(field.low ?? -Infinity, whole ? Math.round(value) : +value.toFixed(6)));
    const input = html("input", { ...words, type: "number", min: field.low, max: field.high, step: whole ? field.step : "any", inputmode: whole ? "numeric" : "decimal" });
    const typed = (rest) => { if (input.value !== "" && Number.isFinite(input.valueAsNumber)) wish(field.name, clip(input.valueAsNumber), rest); };
    input.addEventListener("input", () => typed(3 * REST));
    input.addEventListener("change", () => { if (input.value !== "") input.value = clip(input.valueAsNumber); typed(0); });
    const step = (way) => { input.value = clip(nudged(input.valueAsNumber || 0, way, field)); typed(REST); };
    const press = (text, way) => html("button", { type: "button", tabindex: -1, "aria-label": `${field.label} ${way > 0 ? "up" : "down"}`, onclick: () => step(way) }, text);
    input.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (way && !event.altKey) { step(way); event.preventDefault(); }
    });
    return { node: html("span", { class: "stepper" }, press("−", -1), input, press("+", 1)), put: (value) => { if (input.valueAsNumber !== value) input.value = value; }, input };
  }

  return {
    node,
    focus: () => (node.querySelector("input, select") ?? node.querySelector("button")).focus(),
    // kind: what the frame says about the kind of layer; row: its values now; index: its place.
    update(kind, row, index) {
      const key = `${index} ${row.kind}`;
      if (made !== key) {
        if (made) { clearTimeout(timer); ask?.(""); wishes.clear(); }
        made = key;
        controls = kind.fields.map((field) => ({ ...control(field), name: field.name, field }));
        grid.replaceChildren(...controls.map(({ node, field }) => html("label", { title: field.help }, html("span", {}, field.label), node)));
        if (!controls.length) grid.replaceChildren(html("span", { class: "muted small" }, "Nothing to set."));
        node.setAttribute("aria-label", `Settings of layer ${index + 1}, ${row.name}`);
      }
      for (const { name, put } of controls) {
        const wished = wishes.get(name);
        if (wished && (wished.value === row.values[name] || Date.now() > wished.until)) wishes.delete(name);
        put(wishes.has(name) ? wishes.get(name).value : row.values[name]);
      }
    },
  };
}

// The next value of a stepper: small numbers by one, large ones by round steps of about a quarter.
function nudged(value, way, { kind, step, high }) {
  if (kind !== "whole" || high < CHANNELS) return value + way * step;
  const from = way > 0 ? value : value - 1;
  const size = from < 8 ? 1 : 2 ** Math.max(1, Math.floor(Math.log2(from)) - 2);
  return way > 0 ? (Math.floor(value / size) + 1) * size : (Math.ceil(value / size) - 1) * size;
}
