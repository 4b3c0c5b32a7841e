// The mosaic: every layer's maps for one image, or its kernels, and the answer. One canvas a layer.
// facts: dlplay/probes/maps.py or filters.py, or beside.py: of another model than the page is about, so nothing is locked
// and there are no filters. Acts: lock {tap, channel, row, column}, release, scale {value}, view {value}.
import { hover, onHover } from "./bus.js";
import { choice } from "./choice.js";
import { html, speaker } from "./dom.js";
import { spanOf } from "./fields.js";
import { answers } from "./maps/answer.js";
import { arrange, cellAt, gridOf, sizeOf } from "./maps/layout.js";
import { LOOK } from "./maps/look.js";
import { rings } from "./maps/rings.js";
import { rowOf } from "./maps/row.js";
import { kernelWords, valueAt, where, worded } from "./maps/words.js";
import { arrow, plain } from "./walk.js";

export function mount(root, act) {
  const heading = html("span", { class: "title" }), views = choice(["maps", "filters"], (value) => act({ do: "view", value }), ["Feature maps", "Filters"]);
  views.node.classList.add("views");
  const scales = choice(["map", "layer", "model"], (value) => { scale = value; scales.set(value); draw(); act({ do: "scale", value }); });
  const layers = html("div", { class: "layers", tabindex: "0", role: "application" });
  const answer = answers(root, { show, leave, choose });
  root.append(
    html("style", {}, LOOK),
    html("div", { class: "spread bar-of-choices" }, heading, views.node, html("span", { style: "flex:1" }), html("span", { class: "small muted" }, "scale per"), scales.node),
    layers, answer.node,
  );
  const say = speaker(root), lockRing = rings(""), hoverRing = rings("preview");
  // at: the cell that is pointed at, { tap, channel, row, column, words, live } or of a kernel { tap, index, row, column, words }
  let facts = null, rows = [], shape = "", width = 0, scale = "layer", given = "", at = null;

  // ---- building: only when the layers themselves or the width change
  function build() {
    width = layers.clientWidth - 8;
    root.classList.toggle("narrow", width < 340);
    const signature = JSON.stringify([facts.picture, width, facts.layers.map((l) => [l.tap, l.channels, l.rows, l.columns, l.kernel, l.inputs])]);
    if (signature === shape) return;
    shape = signature;
    const kernels = facts.picture === "filters", shown = facts.layers.filter((layer) => !layer.copies);
    const places = kernels ? shown.map((layer) => gridOf(layer, width)) : arrange(shown, width, layers.clientHeight);
    rows = shown.map((layer, i) => listening(rowOf(layer, places[i], kernels)));
    layers.replaceChildren(...rows.map((row) => row.node));
    layers.setAttribute("aria-label", kernels ? "Kernels of every convolution" : `Feature maps of every layer; arrows move${facts.beside ? "" : ", Enter opens a number, Escape releases"}`);
  }

  function listening(row) {
    row.tiles.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") point(row, event); });
    row.tiles.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") leave(); });
    row.tiles.addEventListener("click", (event) => {
      const before = at && JSON.stringify(at);
      point(row, event);
      if (!row.kernels && at && (event.pointerType !== "touch" || before === JSON.stringify(at))) choose();
    });
    return row;
  }

  // ---- drawing: at every frame
  function draw() {
    if (!facts) return;
    for (const row of rows) {
      row.layer = facts.layers.find((l) => l.tap === row.layer.tap) ?? row.layer;
      const values = facts.arrays[row.layer.array]?.values;
      if (values) row.paint(root, values, limitOf(row.layer), width);
    }
    follow();
    rows.forEach(name);
    if (facts.answer) answer.update(facts.answer, facts.lock);
    ring(lockRing, facts.lock);
    preview();
  }

  // The value of the strong end, by the scale that is chosen; null where each map has its own.
  function limitOf(layer) {
    if (scale === "map") return null;
    return scale === "layer" ? layer.limit : facts.picture === "filters" ? Math.max(...facts.layers.map((l) => l.limit)) : facts.limit;
  }

  function name(row) { row.say(at?.tap === row.layer.tap ? at.words : null, limitOf(row.layer)); }
  const rowAt = (cell) => (cell ? rows.find((row) => row.layer.tap === cell.tap) : undefined);
  const indexOf = (row, cell) => (row.kernels ? cell.index ?? -1 : row.layer.channels.indexOf(cell.channel));
  const read = (row, index, r, c) => valueAt(row.layer, facts.arrays[row.layer.array].values, index, r, c);

  function ring(move, cell) {
    const row = rowAt(cell);
    move(row, row ? indexOf(row, cell) : -1, cell);
  }
  function preview() { answer.preview(at); ring(hoverRing, at); }

  // ---- pointing
  function point(row, event) {
    const box = row.tiles.getBoundingClientRect(), cell = cellAt(row.layer, row.place, event.clientX - box.left, event.clientY - box.top);
    if (cell) focus(row, ...cell);
    else leave();
  }

  function focus(row, index, r, c) {
    const { layer, place } = row;
    if (!row.kernels) return show({ tap: layer.tap, channel: layer.channels[index], row: r, column: c }, where(layer, layer.channels[index], r, c), read(row, index, r, c));
    at = { tap: layer.tap, index, row: r, column: c, words: kernelWords(layer, facts.arrays[layer.array], index, place.inputs, r, c) };
    name(row);
    preview();
    return say(at.words);
  }

  // All linked pictures hear of it, this one too.
  function show(cell, words, value = null) {
    const layer = facts.layers.find((l) => l.tap === cell.tap), live = value !== null;
    const full = live ? worded(layer, words, value) : words;
    at = { ...cell, words: full, live };
    hover({ kind: "cell", ...cell, words: full, live, span: spanOf(layer?.field ?? null, cell.row, cell.column, facts.image.shape) });
    say(layer ? `${layer.title}, ${full}` : full);
  }

  // What is pointed at has another value in every frame.
  function follow() {
    const row = at?.live && facts.picture !== "filters" && rowAt(at), index = row ? indexOf(row, at) : -1;
    if (index >= 0) at = { ...at, words: worded(row.layer, where(row.layer, at.channel, at.row, at.column), read(row, index, at.row, at.column)) };
  }

  function leave() {
    if (!at) return;
    at = null;
    hover(null);
    rows.forEach(name);
    preview();
  }

  const same = (a, b) => a && b && a.tap === b.tap && a.channel === b.channel && (a.row ?? 0) === b.row && (a.column ?? 0) === b.column;
  function choose() {
    if (!at || facts.picture !== "maps") return;
    if (same(facts.lock, at)) act({ do: "release" });
    else act({ do: "lock", tap: at.tap, channel: at.channel, row: at.row, column: at.column });
  }

  // ---- walking: to the neighbouring cell, at an edge to the next map or layer
  function move(dr, dc) {
    const i = Math.max(0, rows.findIndex((row) => row.layer.tap === at?.tap)), row = rows[i];
    if (!row) return;
    if (!at) { focus(row, 0, 0, 0); return; }
    const [r, c] = sizeOf(row.layer), { perLine, count } = row.place;
    let [nr, nc, ni] = [at.row + dr, at.column + dc, indexOf(row, at)], to = row;
    if (nc < 0) [nc, ni] = [c - 1, ni - 1]; else if (nc >= c) [nc, ni] = [0, ni + 1];
    if (nr < 0) [nr, ni] = [r - 1, ni - perLine]; else if (nr >= r) [nr, ni] = [0, ni + perLine];
    if (ni < 0 || ni >= count) {
      to = rows[i + Math.sign(dr || dc)];
      if (!to) return;
      const back = dr + dc < 0, [lastRow, lastColumn] = sizeOf(to.layer).map((size) => size - 1);
      [ni, nr, nc] = back ? [to.place.count - 1, lastRow, lastColumn] : [0, 0, 0];
    }
    focus(to, ni, nr, nc);
    to.node.scrollIntoView({ block: "nearest" });
  }
  layers.addEventListener("keydown", (event) => {
    if (!plain(event)) return;
    if (arrow(event)) move(...arrow(event));
    else if (event.key === "Enter") choose();
    else if (event.key === "Escape") { leave(); if (facts?.lock) act({ do: "release" }); }
    else return;
    event.preventDefault();
  });
  layers.addEventListener("blur", leave);
  layers.addEventListener("click", (event) => { if (event.target === layers && facts?.lock) act({ do: "release" }); });

  const quiet = onHover((what) => {
    const before = at;
    at = what?.kind === "cell" ? what : null;
    for (const row of rows) if (row.layer.tap === before?.tap || row.layer.tap === at?.tap) name(row);
    preview();
  });
  const watch = new ResizeObserver(() => { if (facts && layers.clientWidth - 8 !== width) { build(); draw(); } });
  watch.observe(layers);

  return {
    update(next) {
      facts = next;
      if (next.scale && next.scale !== given) scale = given = next.scale;
      scales.set(scale);
      views.set(next.picture);
      views.node.style.display = next.beside ? "none" : "";
      heading.textContent = next.beside ? "Feature maps of the CNN" : "";
      answer.node.style.display = next.answer ? "" : "none";
      build();
      draw();
    },
    end() { quiet(); watch.disconnect(); if (at) hover(null); },
  };
}
