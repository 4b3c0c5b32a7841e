// The layer editor: one row a layer, its fields unfolded in place, repairs where it cannot be. Frame: dlplay/ui/layer_table.py.
// It knows no layer: names, fields and limits come with the frame; every edit goes to Python and comes back as a new frame.
import { hover } from "./bus.js";
import { html, number, speaker } from "./dom.js";
import { icon } from "./icons.js";
import { draggable } from "./stack_drag.js";
import { fieldset } from "./stack_fields.js";
import { LOOK } from "./stack_look.js";

const GIVE_UP = 1000; // ms until an act without an answer no longer holds back the next
const large = (value) => {
  for (const [size, letter] of [[1e12, "T"], [1e9, "G"], [1e6, "M"]]) if (value >= size) return `${(value / size).toFixed(1)} ${letter}`;
  return value.toLocaleString("en-US");
};
const count = (value) => (value >= 1e7 ? large(value) : value.toLocaleString("en-US"));
const bytes = (value) => (value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${Math.ceil(value / 1e3)} kB`);
const brief = (value) => (value >= 10 ? String(Math.round(value)) : number(value, 2));
const time = (seconds) => (seconds >= 1 ? `${brief(seconds)} s` : seconds >= 1e-3 ? `${brief(1e3 * seconds)} ms` : `${brief(1e6 * seconds)} µs`);
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const show = (node, on) => { if (node.hidden === on) node.hidden = !on; };

export function mount(root, act) {
  let facts = null, selected = null, open = false, follow = true;
  const unfolded = new Set(); // contents of repeated blocks that are shown row by row
  const items = []; // what stands in the list now: { type: "row" | "fold" | "answer", start, end, group }

  // One edit at a time: the next goes when a frame with other layers has come. Nothing waits for a mere selection.
  const queue = [];
  let waiting = 0, latest = null, known = "";
  const content = (rows) => JSON.stringify(rows.map(({ kind, values }) => [kind, values]));
  function send(value) {
    if (value.do === "select" && queue.at(-1)?.do === "select") queue.pop();
    queue.push(value);
    pump();
  }
  function pump() {
    while (!waiting && queue.length) {
      const next = queue.shift();
      if (next.do !== "select") waiting = setTimeout(done, GIVE_UP);
      else if (queue.length) continue;
      act(next);
    }
    root.classList.toggle("busy", Boolean(waiting));
  }
  function done() {
    clearTimeout(waiting);
    waiting = 0;
    pump();
    if (!waiting) adopt(latest);
  }

  const tool = (name, words, key, onclick, label) =>
    html("button", { type: "button", class: label ? "tool" : "tool bare", title: key ? `${words} (${key})` : words, "aria-label": words, onclick }, icon(name, 18), label && html("span", {}, label));
  const title = html("span", { class: "title" });
  const hint = html("span", { class: "muted small hint" }, html("kbd", {}, "↑"), " ", html("kbd", {}, "↓"), " select ", html("kbd", {}, "Alt ↑"), " moves");
  const undo = tool("undo", "Undo", "Ctrl+Z", () => edit({ do: "undo" })), redo = tool("redo", "Redo", "Ctrl+Shift+Z", () => edit({ do: "redo" }));
  const part = html("span", {}, "layer"); // which of the layers are in sight, where not all of them are
  const heads = html("div", { class: "row heads", "aria-hidden": "true" }, html("span"), part, ...["output", "parameters", "sees", ""].map((words, i) => html("span", { class: i === 1 || i === 2 ? "right" : "" }, words)));
  const list = html("div", { class: "list", role: "listbox", tabindex: 0, "aria-label": "Layers, first to last" });
  const sentence = html("div"), repairs = html("div", { class: "repairs" });
  const banner = html("div", { class: "banner", role: "status", hidden: true }, icon("error"), html("div", {}, sentence, repairs));
  const add = tool("add", "Add a layer", "", () => toggleMenu(), "Add layer"), back = tool("replay", "Back to the run’s layers", "", () => { edit({ do: "back" }); list.focus(); }, "Back to the run’s layers");
  const totals = html("div", { class: "totals small muted" }), room = html("div", { class: "room" }, list);
  const menu = html("div", { class: "menu", popover: "auto", role: "menu", "aria-label": "Kinds of layer" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, hint, html("span", { class: "pair" }, undo, redo)), heads, room, banner, html("div", { class: "tools" }, add, back, totals), menu);
  const say = speaker(root);
  const fields = fieldset({
    set: (name, value) => edit({ do: "set", index: selected, name, value }),
    leave: () => list.focus(),
    acts: [
      tool("arrow_upward", "Move up", "Alt ↑", () => move(-1)), tool("arrow_downward", "Move down", "Alt ↓", () => move(1)),
      tool("content_copy", "Duplicate", "Ctrl+D", () => duplicate(), "Duplicate"), tool("delete", "Remove", "Delete", () => remove(), "Remove"),
    ],
  });

  // What an edit does to the rows at once, before its numbers are known.
  function edit(value) {
    const pending = waiting || queue.length;
    if (value.do === "set" && !pending && facts.rows[value.index].values[value.name] === value.value) return;
    if ((value.do === "undo" || value.do === "redo") && !pending && !facts[value.do]) return;
    follow = value.do !== "set";
    send(value);
  }
  function guess(change) {
    const rows = facts.rows.map((row) => ({ ...row, guessed: row.state === "fits" }));
    change(rows);
    facts = { ...facts, rows, groups: [] };
    render();
  }
  function move(by) {
    const to = selected + by;
    if (selected === null || to < 0 || to >= facts.rows.length) return;
    moveTo(selected, to);
  }
  function moveTo(from, to) {
    edit({ do: "move", from, to });
    selected = to;
    guess((rows) => rows.splice(to, 0, ...rows.splice(from, 1)));
    say(`Layer ${from + 1} moved to place ${to + 1}`);
  }
  function duplicate() {
    if (selected === null || facts.rows.length >= facts.most) return;
    edit({ do: "duplicate", index: selected++ });
    guess((rows) => rows.splice(selected, 0, { ...rows[selected - 1] }));
    say(`Layer ${selected} duplicated`);
  }
  function remove() {
    if (selected === null || !facts.rows.length) return;
    say(`Layer ${selected + 1} removed`);
    edit({ do: "remove", index: selected });
    const gone = selected;
    selected = facts.rows.length === 1 ? null : Math.min(selected, facts.rows.length - 2);
    guess((rows) => rows.splice(gone, 1));
  }
  function select(index, unfold = open) {
    const changed = index !== selected;
    selected = index;
    open = index !== null && unfold;
    render();
    if (index !== null) reveal();
    if (changed) { speakRow(); send({ do: "select", index }); }
  }
  function speakRow() {
    const row = facts.rows[selected];
    if (!row) return;
    const numbers = row.output === null ? (row.state === "bad" ? "does not fit" : "waits") : `output ${row.output}, ${count(row.parameters)} parameters${row.sees ? `, sees ${row.sees}` : ""}`;
    say(`Layer ${selected + 1}, ${row.name}${row.detail ? `, ${row.detail}` : ""}: ${numbers}`);
  }

  // What is chosen comes into sight with its fields and, where there is room, a neighbour on both sides.
  function reveal() {
    const row = list.querySelector(".on");
    if (!row) return;
    const last = open ? fields.node : row;
    for (const node of [last.nextElementSibling, row.previousElementSibling, last, row]) node?.scrollIntoView({ block: "nearest" });
  }
  // The list is as high as whole rows are, and so are the fields in it: no row is ever cut.
  function fit() {
    const row = list.firstElementChild?.offsetHeight;
    if (!row) return;
    const long = getComputedStyle(list).overflowY === "visible"; // all of it is on the page
    fields.node.style.minHeight = "";
    if (open && !long) fields.node.style.minHeight = `${Math.ceil(fields.node.offsetHeight / row) * row}px`;
    list.style.height = long ? "" : `${Math.max(3, Math.floor(room.clientHeight / row)) * row}px`;
    seen();
  }
  function seen() {
    const from = list.scrollTop, to = from + list.clientHeight, rest = list.scrollHeight - to;
    const low = list.querySelector(".answer:not(.waits)")?.offsetHeight ?? 0; // stands over the end of the list
    list.classList.toggle("above", from > 1);
    list.classList.toggle("below", rest > 1);
    const whole = items.filter(({ type }, place) => type !== "answer" && nodes[place].row.offsetTop >= from - 1 && nodes[place].row.offsetTop + nodes[place].row.offsetHeight <= to - low + 1);
    put(part, (from > 1 || rest > 1) && whole.length ? `${whole[0].start + 1} to ${whole.at(-1).end} of ${facts.rows.length}` : "layer");
  }
  list.addEventListener("scroll", () => { if (facts) seen(); });
  const sized = new ResizeObserver(() => { if (facts) fit(); });
  sized.observe(room);

  // The list: rows, repeated blocks as one row each, and the answer.
  const block = ([start, length]) => content(facts.rows.slice(start, start + length));
  function arrange() {
    items.length = 0;
    const bad = facts.misfit ? facts.misfit.index : Infinity;
    for (let i = 0; i < facts.rows.length; ) {
      const group = facts.groups.find(([start]) => start === i), end = group ? i + group[1] * group[2] : i + 1;
      const shown = !group || unfolded.has(block(group)) || (selected !== null && i <= selected && selected < end) || bad < end;
      if (group && !shown) { items.push({ type: "fold", start: i, end, group }); i = end; continue; }
      for (let k = i; k < end; k++) items.push({ type: "row", start: k, end: k + 1, group: k === i ? group : undefined });
      i = end;
    }
    if (facts.answer) items.push({ type: "answer", start: facts.rows.length, end: facts.rows.length });
  }

  const nodes = [];
  function node(place) {
    if (nodes[place]) return nodes[place];
    const made = { grip: html("span", { class: "grip" }, icon("drag_indicator", 16)), number: html("span", { class: "number muted" }), name: html("b"), detail: html("span", { class: "detail" }), fold: html("button", { type: "button", class: "times", tabindex: -1 }), output: html("span", { class: "number" }), parameters: html("span", { class: "number right" }), sees: html("span", { class: "number right" }), chevron: html("button", { type: "button", class: "chevron", tabindex: -1 }, icon("expand_more", 18)) };
    made.row = html("div", { class: "row", role: "option", id: `layer-${place}` }, made.grip, html("span", { class: "name" }, made.number, html("span", { class: "words" }, made.name, made.detail), made.fold), made.output, made.parameters, made.sees, made.chevron);
    made.row.addEventListener("click", (event) => {
      const item = items[place];
      if (event.target.closest(".times")) return toggleGroup(item);
      if (item.type === "fold") return toggleGroup(item);
      if (item.type === "answer") return;
      const unfold = event.target.closest(".chevron") ? !(open && selected === item.start) : open;
      list.focus({ preventScroll: true });
      select(item.start, unfold);
    });
    made.row.addEventListener("dblclick", (event) => { if (items[place].type === "row" && !event.target.closest("button")) select(items[place].start, true); });
    made.row.addEventListener("pointerenter", () => { if (items[place]?.type === "row") hover({ kind: "layer", layer: items[place].start, tap: `layers.${items[place].start}.value` }); });
    made.row.addEventListener("pointerleave", () => hover(null));
    return (nodes[place] = made);
  }
  function toggleGroup({ group }) {
    const key = block(group);
    if (unfolded.delete(key)) { if (selected !== null) selected = null; } else unfolded.add(key);
    render();
  }

  function fill(place) {
    const item = items[place], made = node(place), last = item.type === "answer" ? facts.answer : facts.rows[item.end - 1];
    const rows = facts.rows.slice(item.start, item.end), fold = item.type === "fold", chosen = item.type === "row" && item.start === selected;
    const known = last.output !== null && !last.guessed;
    made.row.className = `row ${item.type} ${last.state}${chosen ? " on" : ""}`;
    made.row.setAttribute("aria-selected", chosen);
    made.row.setAttribute("aria-expanded", fold ? "false" : String(chosen && open));
    put(made.number, item.type === "answer" ? "" : fold ? `${item.start + 1}–${item.end}` : String(item.start + 1));
    put(made.name, fold ? facts.rows.slice(item.start, item.start + item.group[1]).map((row) => row.name).join(", ") : last.name);
    put(made.detail, fold ? "" : last.detail);
    show(made.fold, Boolean(item.group));
    if (item.group) { put(made.fold, `× ${item.group[2]}`); made.fold.title = fold ? "Show every layer" : `Fold: these ${item.group[1]} stand ${item.group[2]} times`; made.fold.setAttribute("aria-label", made.fold.title); }
    put(made.output, last.output ?? (last.state === "bad" ? "?" : last.state === "waits" ? "waits" : "…"));
    put(made.parameters, known && last.parameters !== null ? count(fold ? rows.reduce((sum, row) => sum + row.parameters, 0) : last.parameters) : last.state === "bad" ? "?" : "");
    put(made.sees, known ? last.sees : last.state === "bad" ? "?" : "");
    made.row.title = known && last.parameters !== null ? tip(last, made.name.textContent) : `${last.name}${last.detail ? `, ${last.detail}` : ""}`;
    made.grip.classList.toggle("still", item.type !== "row");
    show(made.chevron, item.type !== "answer");
    made.chevron.setAttribute("aria-label", fold ? "Show every layer" : "Settings of this layer");
    return made.row;
  }
  function tip(row, name) {
    const parts = [`${name}${row.detail ? `, ${row.detail}` : ""}`, `${row.macs.toLocaleString("en-US")} multiply-accumulates an image`];
    if (row.field) parts.push(`one number sees ${row.field.size} × ${row.field.size} pixels${facts.totals?.past ? ` (what is past ${facts.totals.past} is padding)` : ""}, ${row.field.stride} apart, beginning ${row.field.padding} outside the image`);
    return parts.join("\n");
  }

  function render() {
    if (!facts) return;
    if (selected !== null && selected >= facts.rows.length) selected = null;
    arrange();
    const wanted = [];
    items.forEach((item, place) => {
      wanted.push(fill(place));
      if (open && item.type === "row" && item.start === selected) {
        fields.update(facts.kinds[facts.rows[selected].kind], facts.rows[selected], selected);
        wanted.push(fields.node);
      }
    });
    wanted.forEach((child, place) => { if (list.children[place] !== child) list.insertBefore(child, list.children[place] ?? null); });
    for (const child of [...list.children].slice(wanted.length)) if (!child.classList.contains("landing")) child.remove();
    const at = items.findIndex((item) => item.type === "row" && item.start === selected);
    if (at < 0) list.removeAttribute("aria-activedescendant"); else list.setAttribute("aria-activedescendant", `layer-${at}`);
    put(title, facts.title);
    undo.disabled = !facts.undo; redo.disabled = !facts.redo; add.disabled = facts.rows.length >= facts.most;
    show(back, facts.changed);
    trouble();
    const sum = facts.totals;
    totals.title = sum ? [
      sum.sees && `The answer sees ${sum.sees}${sum.past ? `; sizes past ${sum.past} include padding` : ""}.`, `A batch of ${sum.batch} takes ${bytes(sum.memory)}.`,
      `Arithmetic: three times the multiply-accumulates of the batch, at an assumed ${large(sum.rate)} a second; small models take longer, for what surrounds it.`,
    ].filter(Boolean).join("\n") : "";
    put(totals, sum ? `${count(sum.parameters)} parameters · ${large(sum.macs)} multiply-accumulates · arithmetic about ${time(sum.seconds)} a step` : facts.misfit ? [facts.misfit.index < facts.rows.length && "Layers below wait.", facts.runs && "The running model is untouched."].filter(Boolean).join(" ") : "…");
    fit();
  }
  function trouble() {
    const words = facts.misfit?.sentence ?? facts.tooLarge;
    show(banner, Boolean(words));
    if (!words) return;
    const [head, tail] = facts.misfit ? [words.slice(0, words.indexOf(":") + 1), words.slice(words.indexOf(":") + 1)] : ["Too large:", ` ${words}`];
    if (sentence.textContent !== head + tail) sentence.replaceChildren(html("b", {}, head), tail);
    const labels = facts.misfit ? facts.repairs : [];
    if (repairs.dataset.labels !== JSON.stringify(labels)) {
      repairs.dataset.labels = JSON.stringify(labels);
      repairs.replaceChildren(...labels.map((label, which) => html("button", { type: "button", onclick: () => { say(label); edit({ do: "repair", which }); } }, label)));
    }
  }

  // The menu of kinds; it opens where there is room.
  function toggleMenu() {
    const where = selected === null ? "where it fits" : `after layer ${selected + 1}`;
    menu.replaceChildren(html("div", { class: "small muted" }, `Add ${where}`), ...Object.entries(facts.kinds).map(([kind, { title: name, sentence: words }]) =>
      html("button", { type: "button", role: "menuitem", onclick: () => { menu.hidePopover(); edit({ do: "add", index: selected === null ? null : selected + 1, kind }); list.focus(); say(`${name} added ${where}`); } }, html("b", {}, name), html("span", { class: "small muted" }, words))));
    menu.togglePopover();
    if (!menu.matches(":popover-open")) return;
    const box = add.getBoundingClientRect(), above = box.top - 16, below = innerHeight - box.bottom - 16, up = above > below;
    Object.assign(menu.style, { left: `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`, maxHeight: `${Math.max(160, up ? above : below)}px` });
    menu.style.top = up ? `${Math.max(8, box.top - 8 - menu.offsetHeight)}px` : `${box.bottom + 8}px`;
    menu.querySelector("button").focus();
  }
  menu.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const all = [...menu.querySelectorAll("button")], at = all.indexOf(root.getRootNode().activeElement);
    all[(at + by + all.length) % all.length].focus();
    event.preventDefault();
  });

  // Undo and redo work in every picture and wherever nothing has the focus, but never where somebody types elsewhere.
  const history = (event) => {
    const key = event.key.toLowerCase(), path = event.composedPath();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y") || event.defaultPrevented) return;
    if (path[0] !== document.body && !path.some((node) => node.classList?.contains("part"))) return;
    event.preventDefault();
    edit({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
  };
  document.addEventListener("keydown", history);
  list.addEventListener("keydown", (event) => {
    if (event.target !== list || !facts) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) move(step);
    else if (step) walk(step);
    else if (event.key === "Home" || event.key === "End") walk(event.key === "Home" ? -1e3 : 1e3);
    else if (event.key === "Enter" && selected !== null) { select(selected, !open); if (open) fields.focus(); }
    else if (event.key === "Escape" && (open || selected !== null)) select(open ? selected : null, false);
    else if (event.key === "Delete" || event.key === "Backspace") remove();
    else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) duplicate();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  function walk(step) {
    const stops = items.filter((item) => item.type !== "answer"), at = stops.findIndex((item) => item.start <= selected && selected < item.end);
    const next = selected === null ? (step > 0 ? 0 : stops.length - 1) : Math.max(0, Math.min(stops.length - 1, at + step));
    if (stops[next]) select(stops[next].start);
  }
  list.addEventListener("copy", (event) => {
    const row = event.target === list && facts.rows[selected];
    if (!row) return;
    event.clipboardData.setData("text/plain", JSON.stringify([row.kind ? { kind: row.kind, ...row.values } : row.values]));
    event.preventDefault();
  });
  list.addEventListener("paste", (event) => {
    if (event.target !== list) return;
    let layers = null;
    try { layers = JSON.parse(event.clipboardData.getData("text/plain").slice(0, 20000)); } catch { return; }
    if (Array.isArray(layers)) edit({ do: "paste", index: selected === null ? facts.rows.length : selected + 1, layers });
    event.preventDefault();
  });
  draggable(list, {
    rows: () => items.map((item, place) => ({ ...item, node: nodes[place].row })).filter((item) => item.type !== "answer"),
    begin: (index) => select(index, false),
    drop: moveTo,
  });

  function adopt(next) {
    const worse = next.misfit && next.misfit.index !== facts?.misfit?.index, banned = Boolean(next.misfit ?? next.tooLarge) !== !banner.hidden;
    const touched = facts && next.selected !== null ? next.groups.filter(([start, length, times]) => start <= next.selected && next.selected < start + length * times) : [];
    facts = next;
    if (follow) selected = next.selected;
    follow = false;
    for (const group of touched) unfolded.add(block(group)); // a block that grows under the hand stays open
    render();
    if (banned) reveal(); // the banner takes room from the rows
    const bad = worse && list.querySelector(".bad");
    if (bad) list.scrollTop = Math.max(list.scrollTop, bad.offsetTop + bad.offsetHeight - list.clientHeight);
  }

  return {
    update(next) {
      const now = content(next.rows), answer = now !== known;
      latest = next;
      known = now;
      if (!waiting) adopt(next);
      else if (answer) done();
    },
    end() { document.removeEventListener("keydown", history); sized.disconnect(); clearTimeout(waiting); hover(null); },
  };
}
