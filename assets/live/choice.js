// A row of buttons of which one is pressed.
import { html } from "./dom.js";

export function choice(values, chosen, labels = values) {
  const buttons = values.map((value, i) => html("button", { type: "button", onclick: () => chosen(value) }, labels[i]));
  return {
    node: html("span", { class: "segments", role: "group" }, ...buttons),
    set(value) { buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(values[i] === value))); },
  };
}
