// A film frame by frame: the frames, what the eyes make of each, what is remembered, what would be answered there.
// facts: dlplay/probes/film.py. Acts: step {time}, lock {layer, unit, time}, release, eyes {layer, channel}, layer {value},
// example {part, index}. What is pointed at is shared with the pictures of states: { kind: "state", unit, time }.
import { onEscape } from "./escape.js";
import { answers } from "./film/answers.js";
import { row } from "./film/row.js";
import { LOOK } from "./film/look.js";
import { hover, onHover } from "./bus.js";
import { html, put, speaker } from "./dom.js";
import { words } from "./film/words.js";
import { arrow, clamp, plain } from "./walk.js";

const TALL = 456, LEFT = 100, SLIM = 44, LARGEST = 96, LEAST = 64, ASIDE = 102, LINE = 16, GAP = 8; // pixels: of all rows, of the words beside them, of a frame, of the memory, of the words beside the eyes, of a line

export function mount(root, act) {
  const title = html("span", { class: "title" }, "Film, frame by frame"), about = html("span", { class: "about small muted" });
  const step = (by, sign, name) => html("button", { type: "button", class: "tool", "aria-label": name, title: `${name} (${by < 0 ? "[" : "]"})`, onclick: () => go(by) }, sign);
  const still = html("div", { class: "still small", hidden: true });
  const rows = { frames: row("Frame"), eyes: row("Eyes"), memory: row("Memory") }, said = answers();
  const layers = html("select", { "aria-label": "Layer of the eyes", onchange: () => act({ do: "eyes", layer: Number(layers.value), channel: 0 }) });
  const turn = (by, sign, name) => html("button", { type: "button", class: "tool", "aria-label": name, title: name, onclick: () => map(by) }, sign);
  const which = html("span", { class: "small which" }), maps = html("div", { class: "maps" }, turn(-1, "‹", "Map before"), which, turn(1, "›", "Next map"));
  const floors = html("select", { "aria-label": "Recurrent layer", onchange: () => act({ do: "layer", value: Number(floors.value) }) });
  rows.eyes.aside.append(layers, maps);
  rows.memory.aside.append(floors);
  const cursor = html("div", { class: "cursor" }), peek = html("div", { class: "cursor peek" }), across = html("div", { class: "unit" });
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "film" }, rows.frames.node, rows.eyes.node, rows.memory.node, said.node, cursor, peek, across);
  const told = html("div", { class: "told small" });
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, title, about, step(-1, "‹", "Film before"), step(1, "›", "Next film")), still, stage, told);
  const say = speaker(root);
  let facts = null, at = null, place = null, walked = false, telling = false, touched = false, listed = "";

  // ---- where everything stands
  function layout() {
    const width = stage.clientWidth, narrow = width < 520, left = narrow ? SLIM : LEFT, pitch = Math.min(LARGEST, (width - left) / facts.frames);
    const [, rows_, columns] = facts.shape, tall = Math.round((pitch - 4) * rows_ / columns);
    const answer = facts.names.length * (facts.names.length > 6 ? 12 : 16) + LINE + 2, layer = facts.layers[facts.eye];
    const eyes = layer.form === "maps" ? tall : Math.max(tall, narrow ? 64 : 0), fixed = LINE + tall + Math.max(eyes, ASIDE) + answer + 3 * GAP;
    return { narrow, left, pitch, tall, eyes, answer, memory: narrow ? 96 : Math.max(LEAST, TALL - (facts.still === null ? 0 : 20) - fixed) };
  }

  function draw() {
    if (!facts || !stage.clientWidth) return; // not laid out yet; the observer will tell
    place = layout();
    root.classList.toggle("narrow", place.narrow);
    list();
    const { frames, maps: seen, hidden } = facts.arrays, layer = facts.layers[facts.eye];
    rows.frames.photos(facts, place, frames.values);
    if (layer.form === "maps") rows.eyes.maps(root, facts, place, seen.values);
    else rows.eyes.sheet(root, place, place.eyes, seen.values, layer.count, facts.frames, layer.limit, layer.scale);
    rows.memory.sheet(root, place, place.memory, hidden.values, facts.arrays.hidden.shape[0], facts.frames, 1, "signed", facts.memory.directions === 2);
    said.update(root, facts, place);
    const name = words.all(facts);
    if (stage.getAttribute("aria-label") !== name) stage.setAttribute("aria-label", name);
    show();
  }

  // The layers and maps that can be chosen, and the words beside each row.
  function list() {
    const { layers: all, eye, channel, memory, example } = facts, layer = all[eye], signature = JSON.stringify([all.map((one) => one.title), memory.layers]);
    if (signature !== listed) {
      listed = signature;
      layers.replaceChildren(...all.map((one, i) => html("option", { value: i }, one.title)));
      floors.replaceChildren(...Array.from({ length: memory.layers }, (_, i) => html("option", { value: i }, `layer ${i + 1}`)));
    }
    layers.value = String(eye);
    floors.value = String(memory.layer);
    floors.hidden = memory.layers < 2;
    maps.hidden = layer.form !== "maps";
    put(which, `${channel + 1} of ${layer.sent}`);
    which.title = layer.sent < layer.count ? `The first ${layer.sent} of ${layer.count} maps` : `Map ${channel + 1} of ${layer.count}`;
    rows.eyes.range(layer.scale === "amount" ? 0 : -layer.limit, layer.limit, layer.scale, layer.form === "maps" ? "" : `${layer.count} numbers`);
    rows.memory.range(-1, 1, "signed", `${memory.cell}, ${memory.units}${memory.directions === 2 ? " → and ←" : ""} ${memory.units === 1 ? "unit" : "units"}`);
    put(about, `${example.part} ${(example.index + 1).toLocaleString("en-US")} of ${example.count.toLocaleString("en-US")}${facts.true === null ? "" : ` · truly ${facts.names[facts.true]}`}`);
    still.hidden = facts.still === null;
    put(still, facts.still === null ? "" : `One frame stands still: the network sees frame ${facts.still + 1} at every step, so no other frame can change its answer.`);
  }

  // ---- the cursor over time: pointed at, else locked, else the last frame
  const here = () => at?.time ?? facts.at ?? facts.frames - 1;
  const unit = () => at?.unit ?? facts.unit;
  function show() {
    const { left, pitch } = place, put_ = (node, time) => {
      node.style.display = time === null ? "none" : "";
      if (time !== null) Object.assign(node.style, { left: `${left + time * pitch}px`, width: `${pitch}px` });
    };
    const rest = facts.at ?? facts.frames - 1;
    put_(cursor, rest);
    cursor.classList.toggle("locked", facts.at !== null);
    put_(peek, at?.time !== undefined && at.time !== rest ? at.time : null);
    const line = unit(), box = rows.memory.at(line, facts.arrays.hidden.shape[0]);
    across.style.display = box ? "" : "none";
    across.classList.toggle("locked", line === facts.unit && at?.unit === undefined);
    if (box) Object.assign(across.style, { left: `${left}px`, width: `${pitch * facts.frames}px`, top: `${rows.memory.top(stage) + box.top - 1}px`, height: `${box.height + 2}px` });
    rows.frames.mark(here());
    put(told, words.at(facts, here(), unit()));
    told.title = told.textContent;
  }

  function look(cell) {
    if (!facts || (!cell && !at) || (cell && at && cell.time === at.time && cell.unit === at.unit)) return;
    at = cell;
    show();
    telling = true;
    hover(cell && { kind: "state", time: cell.time, unit: cell.unit ?? null, words: told.textContent });
    telling = false;
  }
  function under(event) {
    const where = stage.getBoundingClientRect(), x = event.clientX - where.left - place.left;
    if (x < 0 || x >= place.pitch * facts.frames) return null;
    const found = rows.memory.unit(event, facts.arrays.hidden.shape[0]);
    return { time: Math.floor(x / place.pitch), ...(found === null ? {} : { unit: found }) };
  }
  function choose(cell) {
    const same = cell.time === facts.at && (cell.unit === undefined ? facts.unit === null : cell.unit === facts.unit);
    if (same) act({ do: "release" });
    else if (cell.unit === undefined) act({ do: "step", time: cell.time });
    else act({ do: "lock", layer: facts.memory.layer, unit: cell.unit, time: cell.time });
  }
  stage.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  stage.addEventListener("pointermove", (event) => { if (place && event.pointerType !== "touch") { walked = false; look(under(event)); } });
  stage.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !walked) look(null); });
  stage.addEventListener("click", (event) => {
    if (!place || event.target.closest("button, select")) return;
    const cell = under(event), known = cell && (here() === cell.time && at !== null || facts.at === cell.time);
    look(cell);
    if (cell && (!touched || known)) choose(cell);
    else if (!cell && (facts.at !== null || facts.unit !== null)) act({ do: "release" });
  });

  // ---- walking
  const go = (by) => { const { part, index, count } = facts.example; act({ do: "example", part, index: (index + by + count) % count }); };
  function map(by) {
    const { sent } = facts.layers[facts.eye];
    act({ do: "eyes", layer: facts.eye, channel: (facts.channel + by + sent) % sent });
  }
  stage.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target !== stage) return;
    const by = arrow(event);
    const to = (time) => { walked = true; look({ time: clamp(time, 0, facts.frames - 1) }); say(told.textContent); };
    if (by?.[1]) to(at || facts.at !== null ? here() + by[1] : by[1] > 0 ? 0 : facts.frames - 1);
    else if (by) map(by[0]);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(facts.frames - 1);
    else if (event.key === "[" || event.key === "]") go(event.key === "]" ? 1 : -1);
    else if (event.key === "Enter") choose({ time: here() });
    else return;
    event.preventDefault();
  });
  stage.addEventListener("blur", () => { if (walked) { walked = false; look(null); } });
  const settle = onEscape(() => {
    if (!facts || (!at && facts.at === null && facts.unit === null)) return false;
    look(null);
    if (facts.at !== null || facts.unit !== null) act({ do: "release" });
    return true;
  });

  const quiet = onHover((what) => {
    if (!facts || telling) return;
    const next = what?.kind === "state" && (what.time ?? 0) < facts.frames && (what.unit ?? 0) < facts.arrays.hidden.shape[0] ? what : null;
    if (!next && !at) return;
    at = next && { time: next.time ?? undefined, unit: next.unit ?? undefined };
    if (place) show();
  });
  const watch = new ResizeObserver(() => draw());
  watch.observe(stage);
  return {
    update(next) { facts = next; if (at && at.time >= facts.frames) at = null; draw(); },
    end() { quiet(); watch.disconnect(); settle(); if (at) hover(null); },
  };
}
