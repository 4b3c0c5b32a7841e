// The page's keys: which key asks for what, and when a key belongs to somebody else.
import { html } from "./dom.js";
import { icon } from "./icons.js";

export const KEYS = { " ": "play", ".": "step", ">": "epoch", ",": "back", Home: "rewind", p: "pin", P: "pin", "?": "keys" };

const WRITES = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=''], [contenteditable=true], [role=textbox], [role=combobox], [role=searchbox], [role=spinbutton], dialog, [role=dialog]";
const PRESSES = "button, a[href], summary, input, [role=button], [role=checkbox], [role=switch], [role=tab], [role=option], [role=menuitem], [role=radio], [role=link]";
const WALKS = "input, [role=slider], [role=listbox], [role=radiogroup], [role=grid], [role=tree], [role=tablist], [role=menu], [role=application]";

// What this key press asks for, or null: typing, modifiers and widgets that use the key themselves come first.
export function wanted(event) {
  const what = KEYS[event.key];
  if (!what || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat && what !== "step" && what !== "back") return null;
  const path = event.composedPath().filter((node) => node instanceof Element); // through shadow roots
  const inside = (selector) => path.some((node) => node.matches(selector));
  if (inside(WRITES) || (event.key === " " && inside(PRESSES)) || (event.key === "Home" && inside(WALKS))) return null;
  return what;
}

const LIST = [
  ["Space", "play and pause"], [".", "one step"], [">", "one epoch"], [",", "one snapshot back"], ["Home", "rewind: the same initial weights"],
  ["P", "pin this moment"], ["← →", "neighbour in the picture that has the focus"], ["Enter", "lock what is focused"], ["Esc", "release, one level back"],
  ["S", "silence what is locked"], ["A", "arithmetic of the next number of a cell"], ["[ ]", "another example"], ["Alt ↑ ↓", "move a layer"], ["?", "this list"],
];

// The list of all keys as a dialog; Esc, the cross and a click beside it close it.
export function panel() {
  const close = html("button", { class: "bare", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  const rows = LIST.flatMap(([key, what]) => [html("dt", {}, html("kbd", {}, key)), html("dd", {}, what)]);
  const dialog = html(
    "dialog", { class: "keys", "aria-label": "Keys" },
    html("div", { class: "spread" }, html("span", { class: "title" }, "Keys"), close),
    html("dl", {}, ...rows),
    html("p", { class: "muted small" }, "Keys rest while you type."),
  );
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  return dialog;
}
