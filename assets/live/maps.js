// The mosaic: every layer's maps for one image, or its kernels, and the answer. One canvas a layer.
// facts: dlplay/probes/maps.py or filters.py. Acts: lock {tap, channel, row, column}, release, scale {value}, view {value}.
import { hover, onHover } from "./bus.js";
import { html, number, speaker } from "./dom.js";
import { spanOf } from "./fields.js";
import { scale as colours, token } from "./theme.js";

const STYLE = `
.maps { height: 436px; display: flex; flex-direction: column; user-select: none; }
.maps .bar-of-choices { height: 28px; margin-bottom: 6px; flex: none; gap: 6px; }
.maps .segments { display: inline-flex; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; }
.maps .segments button { white-space: nowrap; border: 0; border-left: 1px solid var(--border); border-radius: 0; padding: 0 9px; height: 26px; min-height: 26px; color: var(--muted); font-size: 12px; line-height: 16px; }
.maps .segments button:first-child { border-left: 0; }
.maps .views button { font-size: 14px; line-height: 20px; padding: 0 8px; }
.maps .bar-of-choices .muted { white-space: nowrap; }
.maps .segments button[aria-pressed="true"] { color: var(--text); box-shadow: inset 0 0 0 1px var(--text); }
.maps .layers { flex: 1; overflow-y: auto; overflow-x: hidden; scrollbar-width: thin; position: relative; margin: 0 -4px; padding: 0 4px; }
.maps .layer { position: relative; }
.maps .head { display: flex; justify-content: space-between; height: 20px; align-items: center; white-space: nowrap; gap: 8px; font-size: 12px; line-height: 16px; }
.maps .head .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.maps .head .legend .number:last-child { min-width: 40px; text-align: right; }
.maps .head .legend .bar { width: 48px; }
@media (pointer: coarse) { .maps .bar-of-choices { height: 44px; } .maps .segments button { height: 40px; } .maps { height: 452px; } }
.maps.narrow .bar-of-choices .muted { display: none; }
.maps.narrow .segments button { padding: 0 6px; }
.maps.narrow .views button { font-size: 12px; }
.maps .tiles { position: relative; margin-bottom: 6px; cursor: crosshair; touch-action: manipulation; }
.maps .tiles canvas { border-radius: 0; }
.maps .ring { position: absolute; pointer-events: none; border: 2px solid var(--text); border-radius: 2px; display: none; }
.maps .ring.preview { border-width: 1px; }
.maps .ring.cell { box-shadow: 0 0 0 1px var(--page); }
.maps .answer { flex: none; height: 74px; padding-top: 4px; border-top: 1px solid var(--rule); }
.maps .answer .columns { display: flex; gap: 3px; margin-top: 2px; }
.maps .answer .class { flex: 1; min-width: 0; text-align: center; cursor: pointer; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.maps .answer .name { display: block; overflow: hidden; text-overflow: ellipsis; }
.maps .answer .well { height: 32px; background: var(--raised); border-radius: 2px; position: relative; overflow: hidden; }
.maps .answer .fill { position: absolute; inset: auto 0 0 0; height: 100%; transform-origin: bottom; background: var(--strong); }
.maps .answer .class.said { color: var(--text); font-weight: 600; }
.maps .answer .class.true .name { box-shadow: inset 0 -2px var(--text); }
.maps .answer .class.locked .well, .maps .answer .class.previewed .well { box-shadow: 0 0 0 2px var(--text); }
.maps .answer .class.previewed .well { box-shadow: 0 0 0 1px var(--text); }
`;
const HEAD = 20, BELOW = 6;

export function mount(root, act) {
  root.append(html("style", {}, STYLE));
  const views = choice(["maps", "filters"], (value) => act({ do: "view", value }), ["Feature maps", "Filters"]);
  views.node.classList.add("views");
  const scales = choice(["map", "layer", "model"], (value) => { scale = value; scales.set(value); draw(); act({ do: "scale", value }); });
  const layers = html("div", { class: "layers", tabindex: "0", role: "application" });
  const answer = html("div", { class: "answer" });
  root.append(
    html("div", { class: "spread bar-of-choices" }, views.node, html("span", { style: "flex:1" }), html("span", { class: "small muted" }, "scale per"), scales.node),
    layers, answer,
  );
  const say = speaker(root);
  const rings = ["", "preview"].map((kind) => ["", "cell"].map((what) => html("div", { class: `ring ${kind} ${what}` })));
  let facts = null, rows = [], shape = "", width = 0, scale = "layer", given = "", at = null, classes = [], pointed = false;

  // ---- building: only when the layers themselves or the width change
  function build() {
    width = layers.clientWidth - 8;
    root.classList.toggle("narrow", width < 340);
    const signature = JSON.stringify([facts.picture, width, facts.layers.map((l) => [l.tap, l.channels, l.rows, l.columns, l.kernel, l.inputs])]);
    if (signature === shape) return;
    shape = signature;
    const kernels = facts.picture === "filters";
    const shown = facts.layers.filter((layer) => !layer.copies);
    const fitting = kernels ? shown.map((layer) => gridOf(layer, width)) : arrange(shown, width, layers.clientHeight);
    rows = shown.map((layer, i) => row(layer, fitting[i], kernels));
    layers.replaceChildren(...rows.map((r) => r.node));
    layers.setAttribute("aria-label", kernels ? "Kernels of every convolution" : "Feature maps of every layer; arrows move, Enter opens a number, Escape releases");
  }

  function row(layer, place, kernels) {
    const canvas = html("canvas", { role: "img" });
    const tiles = html("div", { class: "tiles", style: `height:${place.height}px` }, canvas);
    const name = html("span", { class: "name" }), low = html("span", { class: "number" }), high = html("span", { class: "number" });
    const bar = html("span", { class: "bar" });
    const legend = html("span", { class: "legend" }, low, bar, high);
    const made = { layer, place, canvas, tiles, name, low, high, bar, strip: document.createElement("canvas"), kernels, node: html("div", { class: "layer" }, html("div", { class: "head" }, name, legend), tiles) };
    tiles.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") point(made, event); });
    tiles.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") leave(); });
    tiles.addEventListener("click", (event) => {
      const before = at && JSON.stringify(at);
      point(made, event);
      if (!kernels && at && (event.pointerType !== "touch" || before === JSON.stringify(at))) choose();
    });
    return made;
  }

  // ---- painting: at every frame
  function draw() {
    if (!facts) return;
    const ratio = window.devicePixelRatio || 1;
    for (const made of rows) {
      const layer = made.layer = facts.layers.find((l) => l.tap === made.layer.tap) ?? made.layer;
      const values = facts.arrays[layer.array]?.values;
      if (values) paintTiles(root, made, values, limitsOf(layer), ratio, width);
    }
    follow();
    for (const made of rows) name(made);
    if (facts.answer) showAnswer();
    ring(0, facts.lock && { ...facts.lock });
    ring(1, at);
  }

  function limitsOf(layer) {
    if (facts.picture === "filters") {
      const model = Math.max(...facts.layers.map((l) => l.limit));
      return scale === "map" ? null : scale === "layer" ? layer.limit : model;
    }
    return scale === "map" ? null : scale === "layer" ? layer.limit : facts.limit;
  }

  function name(made) {
    const { layer } = made, amount = layer.scale === "amount";
    const limit = limitsOf(layer), here = at && at.tap === layer.tap ? at : null;
    put(made.name, here ? `${layer.title.split(" ")[0]} · ${here.words}` : made.kernels ? kernelTitle(layer) : mapTitle(layer));
    const range = limit === null ? ["", "own largest"] : amount ? ["0", number(limit)] : [number(-limit), limit ? `+${number(limit)}` : "0"];
    put(made.low, layer.colours ? "" : range[0]);
    put(made.high, layer.colours ? `weights ±${number(layer.limit)}` : range[1]);
    const kind = layer.colours ? "" : amount ? "amount" : "signed";
    if (made.bar.dataset.kind !== kind) { made.bar.dataset.kind = kind; made.bar.className = `bar ${kind}`; made.bar.style.display = kind ? "" : "none"; }
    const words = `${made.kernels ? kernelTitle(layer) : mapTitle(layer)}, ${amount ? "from 0" : `from ${range[0]}`} to ${range[1]}`;
    if (made.canvas.getAttribute("aria-label") !== words) made.canvas.setAttribute("aria-label", words);
  }

  function showAnswer() {
    const { names, values, said, true: truth, kind } = facts.answer;
    if (classes.length !== names.length || classes.kind !== kind) {
      classes = names.map((label, i) => {
        const fill = html("div", { class: "fill" }), node = html("div", { class: "class" }, html("div", { class: "well" }, fill), html("span", { class: "name" }, label));
        const cell = { tap: "output", channel: i, row: 0, column: 0 };
        node.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(cell, label); });
        node.addEventListener("pointerleave", leave);
        node.addEventListener("click", () => { show(cell, label); choose(); });
        return { node, fill, label };
      });
      classes.kind = kind;
      classes.title = html("span", { style: "font-weight:600" });
      answer.replaceChildren(
        html("div", { class: "spread small" }, html("span", { style: "font-weight:600" }, "Answer"), classes.title),
        html("div", { class: "columns" }, ...classes.map((c) => c.node)),
      );
      answer.style.setProperty("--strong", "var(--middle)");
    }
    const table = colours(root, "amount"), k = 3 * 170;
    answer.style.setProperty("--middle", `rgb(${table[k]}, ${table[k + 1]}, ${table[k + 2]})`);
    const most = kind === "classes" ? 1 : Math.max(...values.map((v) => Math.abs(v ?? 0)), 1e-9);
    classes.forEach(({ node, fill, label }, i) => {
      fill.style.transform = `scaleY(${Math.min(1, Math.abs(values[i] ?? 0) / most)})`;
      node.classList.toggle("said", i === said);
      node.classList.toggle("true", kind === "classes" && i === truth);
      node.classList.toggle("locked", facts.lock?.tap === "output" && facts.lock.channel === i);
      node.title = kind === "classes" ? `${label}: ${share(values[i])}` : `${label}: ${number(values[i] ?? NaN)}`;
    });
    const words = kind === "classes"
      ? `${names[said]} with ${share(values[said])}${truth === null || truth === undefined ? "" : said === truth ? " · right" : ` · truly ${names[truth]}`}`
      : values.map((v, i) => `${names[i]} ${number(v ?? NaN)}`).join(" · ");
    put(classes.title, words);
  }

  // ---- pointing, moving, locking
  function point(made, event) {
    const box = made.tiles.getBoundingClientRect(), { place, layer } = made;
    const x = event.clientX - box.left - place.label, y = event.clientY - box.top;
    const across = Math.floor(x / (place.tile + place.gap)), down = Math.floor(y / (place.tileHeight + place.gap)), i = down * place.perLine + across;
    if (x < 0 || across >= place.perLine || i < 0 || i >= place.count) return leave();
    const [r, c] = [layer.kernel ?? layer.rows, layer.kernel ?? layer.columns];
    const inTile = (value, size, cells) => Math.min(cells - 1, Math.floor((Math.min(value, size - 1) / size) * cells));
    focus(made, i, inTile(y - down * (place.tileHeight + place.gap), place.tileHeight, r), inTile(x - across * (place.tile + place.gap), place.tile, c));
    pointed = true;
  }

  function focus(made, index, r, c) {
    const { layer } = made;
    if (made.kernels) {
      const outer = Math.floor(index / made.place.inputs), inner = index % made.place.inputs, size = layer.kernel * layer.kernel;
      const values = facts.arrays[layer.array].values, sent = facts.arrays[layer.array].shape[1];
      const read = (k) => values[(outer * sent + k) * size + r * layer.kernel + c];
      const value = layer.colours ? [0, 1, 2].map((k) => number(read(k))).join(", ") : number(read(inner));
      at = { tap: layer.tap, index, row: r, column: c, words: `map ${layer.channels[outer] + 1}${layer.inputs > 1 && !layer.colours ? ` from ${inner + 1}` : ""}, row ${r + 1}, column ${c + 1}: ${value}` };
      name(made); ring(1, at); say(at.words);
      return;
    }
    const channel = layer.channels[index], words = where(layer, channel, r, c);
    show({ tap: layer.tap, channel, row: r, column: c }, words, valueAt(made, index, r, c));
  }

  function show(cell, words, value = null) {
    const layer = facts.layers.find((l) => l.tap === cell.tap);
    const full = value === null ? words : worded(layer, words, value), live = value !== null;
    at = { ...cell, words: full, live };
    hover({ kind: "cell", ...cell, words: full, live, span: spanOf(layer?.field ?? null, cell.row, cell.column, facts.image.shape) });
    say(layer ? `${layer.title}, ${full}` : full);
  }

  const worded = (layer, words, value) => `${words}: ${layer?.exact === false ? "≈ " : ""}${number(value)}`;
  // What is pointed at has another value in every frame.
  function follow() {
    const made = at?.live && facts.picture === "maps" && rows.find((r) => r.layer.tap === at.tap), index = made ? made.layer.channels.indexOf(at.channel) : -1;
    if (index >= 0) at = { ...at, words: worded(made.layer, where(made.layer, at.channel, at.row, at.column), valueAt(made, index, at.row, at.column)) };
  }

  function valueAt(made, index, r, c) {
    const { layer } = made, value = facts.arrays[layer.array].values[(index * layer.rows + r) * layer.columns + c];
    if (layer.exact) return value;
    return layer.limits[index] * (layer.scale === "amount" ? value / 255 : (value - 127) / 127);
  }

  function leave() {
    if (!at && !pointed) return;
    at = null; pointed = false;
    hover(null);
    for (const made of rows) name(made);
    ring(1, null);
  }

  const same = (a, b) => a && b && a.tap === b.tap && a.channel === b.channel && (a.row ?? 0) === b.row && (a.column ?? 0) === b.column;
  function choose() {
    if (!at || facts.picture !== "maps") return;
    if (same(facts.lock, at)) act({ do: "release" });
    else act({ do: "lock", tap: at.tap, channel: at.channel, row: at.row, column: at.column });
  }

  function ring(kind, cell) {
    const [outer, inner] = rings[kind];
    const made = cell && rows.find((r) => r.layer.tap === cell.tap);
    const index = !made ? -1 : made.kernels ? cell.index ?? -1 : made.layer.channels.indexOf(cell.channel);
    classes.forEach?.((c, i) => { if (kind) c.node.classList.toggle("previewed", cell?.tap === "output" && cell.channel === i); });
    if (index < 0 || index >= made.place.count) { outer.style.display = inner.style.display = "none"; return; }
    const { place, layer } = made, x = place.label + (index % place.perLine) * (place.tile + place.gap), y = Math.floor(index / place.perLine) * (place.tileHeight + place.gap);
    const [r, c] = [layer.kernel ?? layer.rows, layer.kernel ?? layer.columns];
    if (outer.parentNode !== made.tiles) made.tiles.append(outer, inner);
    box(outer, x - 2, y - 2, place.tile + 4, place.tileHeight + 4);
    if (layer.form === "row" || cell.row === undefined || r * c === 1) { inner.style.display = "none"; return; }
    const w = place.tile / c, h = place.tileHeight / r, grow = Math.max(0, (6 - w) / 2);
    box(inner, x + cell.column * w - 1 - grow, y + cell.row * h - 1 - grow, w + 2 + 2 * grow, h + 2 + 2 * grow);
  }

  // Arrows go to the neighbouring cell, at an edge to the next map or layer.
  function move(dr, dc) {
    let i = Math.max(0, rows.findIndex((r) => r.layer.tap === at?.tap)), made = rows[i];
    if (!made) return;
    if (!at) return focus(made, 0, 0, 0);
    const { layer, place } = made, index = made.kernels ? at.index : layer.channels.indexOf(at.channel);
    const [r, c] = [layer.kernel ?? layer.rows, layer.kernel ?? layer.columns];
    let [nr, nc, ni] = [at.row + dr, at.column + dc, index];
    if (nc < 0) [nc, ni] = [c - 1, index - 1]; else if (nc >= c) [nc, ni] = [0, index + 1];
    if (nr < 0) [nr, ni] = [r - 1, index - place.perLine]; else if (nr >= r) [nr, ni] = [0, index + place.perLine];
    if (ni < 0 || ni >= place.count) {
      const next = rows[i + Math.sign(dr || dc)];
      if (!next) return;
      const last = dr + dc < 0;
      made = next; ni = last ? next.place.count - 1 : 0;
      nr = last ? (next.layer.kernel ?? next.layer.rows) - 1 : 0; nc = last ? (next.layer.kernel ?? next.layer.columns) - 1 : 0;
    }
    focus(made, ni, nr, nc);
    made.node.scrollIntoView({ block: "nearest" });
  }
  const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  layers.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (KEYS[event.key]) move(...KEYS[event.key]);
    else if (event.key === "Enter") choose();
    else if (event.key === "Escape") { leave(); if (facts?.lock) act({ do: "release" }); }
    else return;
    event.preventDefault();
  });
  layers.addEventListener("blur", leave);
  layers.addEventListener("click", (event) => { if (event.target === layers && facts?.lock) act({ do: "release" }); });

  const quiet = onHover((what) => {
    const next = what?.kind === "cell" ? what : null;
    const before = at;
    at = next;
    for (const made of rows) if (made.layer.tap === before?.tap || made.layer.tap === next?.tap) name(made);
    ring(1, next);
  });
  const watch = new ResizeObserver(() => { if (facts && layers.clientWidth - 8 !== width) { build(); draw(); } });
  watch.observe(layers);

  return {
    update(next) {
      facts = next;
      if (next.scale && next.scale !== given) scale = given = next.scale;
      scales.set(scale);
      views.set(next.picture);
      answer.style.display = next.answer ? "" : "none";
      build();
      draw();
    },
    end() { quiet(); watch.disconnect(); if (at) hover(null); },
  };
}

// ---- layout: tiles as large as fit without scrolling, whole canvas pixels for each cell
function arrange(layers, width, height) {
  const ladder = [
    (layer) => (layer.columns >= 20 ? 64 : 40),
    ...[40, 36, 32, 28].map((most) => (layer) => (layer.columns >= 20 ? 56 : layer.channels.length > 8 ? 20 : most)),
    (layer) => (layer.columns >= 20 ? 32 : 20),
  ];
  const tried = ladder.map((target) => layers.map((layer) => placed(layer, layer.form === "row" ? 10 : target(layer), width)));
  const total = (places) => places.reduce((sum, place) => sum + HEAD + place.height + BELOW, 0);
  return tried.find((places) => total(places) <= height) ?? tried[1];
}

// Up to 16 maps stand in one line where that leaves them 16 pixels.
function placed(layer, wanted, width) {
  const count = layer.channels.length, line = Math.floor((width + (count > 8 ? 2 : 4)) / count) - (count > 8 ? 2 : 4);
  const target = layer.form === "maps" && count <= 16 && line >= 16 ? Math.min(wanted, line) : wanted;
  const tile = layer.columns <= target ? Math.floor(target / layer.columns) * layer.columns : target;
  const gap = layer.form === "row" ? 1 : tile <= 24 ? 2 : 4;
  return sized(layer.channels.length, tile, Math.round((tile * layer.rows) / layer.columns), gap, width, 0);
}

function sized(count, tile, tileHeight, gap, width, label, most = Infinity) {
  const perLine = Math.max(1, Math.min(most, Math.floor((width - label + gap) / (tile + gap))));
  return { count, tile, tileHeight, gap, perLine, label, inputs: 1, height: Math.ceil(count / perLine) * (tileHeight + gap) - gap };
}

// Kernels: a line a map and a column an input map; kernels of a first layer stand in a row.
function gridOf(layer, width) {
  const inputs = Math.min(layer.inputs, 16), outputs = layer.channels.length;
  if (layer.inputs === 1 || layer.colours) {
    const tile = Math.floor(40 / layer.kernel) * layer.kernel || layer.kernel;
    return sized(outputs, tile, tile, 4, width, 0);
  }
  const fit = Math.min(outputs > 8 ? 16 : 24, Math.floor((width - 24) / inputs) - 2), tile = Math.max(layer.kernel, Math.floor(fit / layer.kernel) * layer.kernel);
  return { ...sized(outputs * inputs, tile, tile, 2, width, 24, inputs), inputs };
}

// One layer into its canvas: the values into a strip of maps below each other, then each map to its place.
function paintTiles(root, made, values, limit, ratio, width) {
  const { layer, place, canvas, strip, kernels } = made;
  const rows = layer.kernel ?? layer.rows, columns = layer.kernel ?? layer.columns, size = rows * columns, count = place.count;
  if (strip.width !== columns || strip.height !== rows * count) { strip.width = columns; strip.height = rows * count; }
  const ink = strip.getContext("2d"), image = ink.createImageData(columns, rows * count), data = new Uint32Array(image.data.buffer);
  const sent = kernels ? layer.inputs < 16 ? layer.inputs : 16 : 1;
  if (layer.colours) {
    const factor = 127 / (layer.limit || 1);
    for (let m = 0; m < count; m++) for (let i = 0; i < size; i++) {
      const [r, g, b] = [0, 1, 2].map((c) => Math.round(128 + factor * values[(m * 3 + c) * size + i]));
      data[m * size + i] = 0xff000000 | (b << 16) | (g << 8) | r;
    }
  } else {
    const signed = layer.scale !== "amount", table = words(root, signed ? "signed" : "amount"), bytes = values instanceof Uint8Array;
    for (let m = 0; m < count; m++) {
      let own = layer.limits?.[m] ?? 0;
      if (kernels) for (let i = m * size; i < (m + 1) * size; i++) own = Math.max(own, Math.abs(values[i]));
      const strong = (limit ?? own) || 1;
      // table index = zero + value · factor, value in the layer's units or in shares of the map's limit
      const zero = signed ? 127.5 : 0, factor = ((signed ? 127.5 : 255) / strong) * (bytes ? own / (signed ? 127 : 255) : 1), shift = bytes && signed ? 127 : 0;
      for (let i = m * size, end = i + size; i < end; i++) {
        const k = Math.round(zero + (values[i] - shift) * factor);
        data[i] = table[k < 0 ? 0 : k > 255 ? 255 : k];
      }
    }
  }
  ink.putImageData(image, 0, 0);
  const wide = Math.round(width * ratio), high = Math.round(place.height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide; canvas.height = high;
    canvas.style.width = `${width}px`; canvas.style.height = `${place.height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, place.height);
  context.imageSmoothingEnabled = columns > place.tile * ratio;
  context.imageSmoothingQuality = "high";
  for (let m = 0; m < count; m++) {
    const x = place.label + (m % place.perLine) * (place.tile + place.gap), y = Math.floor(m / place.perLine) * (place.tileHeight + place.gap);
    context.drawImage(strip, 0, m * rows, columns, rows, x, y, place.tile, place.tileHeight);
  }
  if (place.label) {
    context.fillStyle = token(root, "muted");
    context.font = "12px ui-monospace, monospace";
    context.textBaseline = "middle";
    context.textAlign = "right";
    layer.channels.forEach((channel, i) => context.fillText(String(channel + 1), place.label - 6, i * (place.tileHeight + place.gap) + place.tileHeight / 2 + 1));
  }
}

// A colour scale as 256 words of a canvas, little-endian.
const packed = new WeakMap();
function words(root, name) {
  const bytes = colours(root, name);
  if (!packed.has(bytes)) packed.set(bytes, Uint32Array.from({ length: 256 }, (_, i) => 0xff000000 | (bytes[3 * i + 2] << 16) | (bytes[3 * i + 1] << 8) | bytes[3 * i]));
  return packed.get(bytes);
}

// ---- words
function mapTitle({ title, form, count, channels, rows, columns }) {
  const some = channels.length < count ? `, ${channels.length} shown` : "";
  return form === "row" ? `${title} · ${count.toLocaleString("en-US")} numbers${some}` : `${title} · ${count} ${count === 1 ? "map" : "maps"} of ${rows} × ${columns}${some}`;
}
function kernelTitle({ title, outputs, inputs, channels, colours: coloured }) {
  const some = channels.length < outputs || inputs > 16 ? `, ${Math.min(channels.length, outputs)} × ${Math.min(inputs, 16)} shown` : "";
  return coloured || inputs === 1 ? `${title} · ${outputs} kernels${some}` : `${title} · ${outputs} maps × ${inputs} inputs${some}`;
}
function where({ form }, channel, r, c) {
  return form === "row" ? `number ${channel + 1}` : `map ${channel + 1}, row ${r + 1}, column ${c + 1}`;
}
const share = (value) => (value === null || value === undefined ? "–" : value >= 0.99995 ? "> 0.9999" : value > 0.995 ? value.toFixed(4) : value.toFixed(2));
function put(node, words) { if (node.textContent !== words) node.textContent = words; }
function box(node, x, y, w, h) { Object.assign(node.style, { display: "block", left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` }); }

// A row of buttons of which one is pressed.
function choice(names, chosen, labels = names) {
  const buttons = names.map((name, i) => html("button", { type: "button", onclick: () => chosen(name) }, labels[i]));
  return {
    node: html("span", { class: "segments", role: "group" }, ...buttons),
    set(value) { buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(names[i] === value))); },
  };
}
