// An MLP as a picture that is also its control: maps of what every neuron answers to, edges by weight, one neuron's sum.
// Frame: dlplay/probes/network.py. A column c > 0 holds layer c − 1; acts and hovers speak of layers and units.
import { hover } from "./bus.js";
import { paintCodes } from "./codes.js";
import { count, html, number, speaker, svg, tidy } from "./dom.js";
import { askNumber, FIELD_LOOK } from "./field.js";
import { menu, MENU_LOOK } from "./layermenu.js";
import { short, sum, SUM_LOOK } from "./sum.js";

const LOOK = `
.network .top { display: flex; align-items: center; gap: 4px 12px; min-height: 28px; flex-wrap: wrap; }
.network .top .legend { margin-left: auto; }
.network .count { display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: 12px; white-space: nowrap; }
.network .stage { position: relative; margin-top: 4px; border-radius: 4px; touch-action: pan-y; user-select: none; }
.network .stage svg { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
.network .stage path { fill: none; }
.network .tile { position: absolute; cursor: pointer; box-shadow: 0 0 0 1px var(--border); border-radius: 2px; }
.network .tile canvas { width: 100%; height: 100%; pointer-events: none; }
.network .tile.off canvas { opacity: .3; }
.network .tile.seen { box-shadow: 0 0 0 1.5px var(--control); }
.network .tile.locked { box-shadow: 0 0 0 2.5px var(--text); z-index: 2; }
.network .stage:focus-visible .tile.cursor { outline: 2px dashed var(--text); outline-offset: 3px; }
.network .tile .bias { position: absolute; left: -4px; bottom: -4px; width: 9px; height: 9px; border: 1px solid var(--page); border-radius: 2px; background: var(--zero); }
.network .tile .bias::after { content: ""; position: absolute; inset: -5px; }
.network .label { position: absolute; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; pointer-events: none; }
.network .label.on { color: var(--text); font-weight: 600; }
.network .label.halo { text-shadow: 0 0 3px var(--page), 0 0 3px var(--page), 0 0 3px var(--page), 0 0 2px var(--page); z-index: 3; overflow: visible; background: color-mix(in srgb, var(--page) 70%, transparent); border-radius: 4px; padding: 1px 3px; }
.network .heading { position: absolute; top: 0; transform: translateX(-50%); text-align: center; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.part .heading button, .part .count button { padding: 0; border: 0; background: none; font-size: 12px; line-height: 16px; min-height: 0; border-radius: 4px; }
.network .heading .name { display: block; margin: 0 auto; color: var(--text); font-weight: 600; white-space: nowrap; }
.part .heading button.name:hover { background: var(--raised); text-decoration: underline; text-decoration-color: var(--control); text-underline-offset: 3px; }
.network .units { display: flex; align-items: center; justify-content: center; gap: 6px; height: 20px; }
.network .units.tight { gap: 2px; }
.part .heading button.by, .part .count button.by { width: 18px; height: 18px; line-height: 16px; border: 1px solid var(--border); background: var(--page); color: var(--text); font-weight: 600; flex: none; }
.part .heading button.by:hover, .part .count button.by:hover { border-color: var(--control); }
.part button.by:disabled { opacity: .35; cursor: default; }
.network .tight button.by { width: 15px; }
.network .tip { position: absolute; z-index: 4; pointer-events: none; padding: 2px 8px; border: 1px solid var(--border); border-radius: 6px; background: var(--page); font-size: 12px; line-height: 16px; white-space: nowrap; box-shadow: 0 1px 4px rgb(0 0 0 / .15); }
.network .rule { border: 0; border-top: 1px solid var(--rule); margin: 6px 0; }
.network .small-type { font-size: 10px; }
.network .hint { display: none; text-align: center; }
@media (pointer: coarse) {
  .part .count button.by { width: 32px; height: 32px; }
  .network .heading .by { display: none; }
  .network .heading .name::after { content: ""; position: absolute; inset: -6px -6px -2px; }
  .network .hint { display: block; }
}
${FIELD_LOOK}${MENU_LOOK}${SUM_LOOK}`;

const NARROW = 520, TALL = 412;
const SHORT = { sigmoid: "sigm", "leaky-relu": "leak", linear: "lin" };
const counted = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
const along = (t) => 3 * t * t - 2 * t * t * t; // height of an edge at parameter t, from 0 to 1
const across = (t) => t * (1.5 * (1 - t) + t * t); // and how far to the right it is there

export function mount(root, act) {
  const say = speaker(root);
  const legend = html("div", { class: "legend" });
  const layers = html("span", { class: "count" });
  const lines = svg("svg", { "aria-hidden": "true" }), back = svg("g"), front = svg("g");
  lines.append(back, front);
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "network" }, lines);
  const tip = html("div", { class: "tip", hidden: true });
  const worked = sum(editTerm, release);
  root.append(
    html("style", {}, LOOK),
    html("div", { class: "top" }, html("span", { class: "title" }, "Network"), layers, legend),
    stage, html("div", { class: "hint muted small" }, "tap previews, second tap locks"), html("hr", { class: "rule" }), worked.node,
  );

  let facts = null, made = "", width = 0, geometry = null;
  let tiles = [], edges = [], pointed = null, cursor = null, edge = null, touched = false, waiting = null, announced = false;

  const column = (c) => facts.columns[c];
  const array = (name) => facts.arrays[name];
  const isOutput = (c) => c === facts.columns.length - 1;
  const lockPlace = () => {
    const lock = waiting ? waiting.lock : facts.lock;
    if (!lock || !facts.columns[lock[0] + 1]) return null;
    const place = column(lock[0] + 1).shown.indexOf(lock[1]);
    return place < 0 ? null : [lock[0] + 1, place];
  };
  const focus = () => pointed ?? lockPlace();
  const same = (a, b) => a === b || (a && b && a[0] === b[0] && a[1] === b[1]);

  // ---- building: only when columns, units or the width change
  function build() {
    geometry = layout(facts, width);
    const { height, size, x, y } = geometry;
    back.replaceChildren(); front.replaceChildren();
    stage.replaceChildren(lines);
    stage.style.height = `${height}px`;
    lines.setAttribute("width", width); lines.setAttribute("height", height);
    edges = [];
    facts.columns.forEach((here, c) => {
      if (!c) return;
      const before = column(c - 1), bundle = before.kind === "image", end = x[c] - (geometry.kernels && c === 1 ? size + 4 : 0);
      here.shown.forEach((_, u) => {
        for (const s of bundle ? [0] : here.sources) {
          const from = [x[c - 1] + (bundle ? geometry.image : size), y[c - 1][s]], to = [end, y[c][u]], middle = (from[0] + to[0]) / 2;
          const node = svg("path", { d: `M${from}C${middle} ${from[1]} ${middle} ${to[1]} ${to}` });
          edges.push({ c, u, s, source: bundle ? -1 : here.sources.indexOf(s), from, to, node, last: [] });
          back.append(node);
        }
      });
    });
    tiles = facts.columns.map((here, c) => here.shown.map((_, u) => tile(here, c, u)));
    facts.columns.forEach((here, c) => {
      stage.append(heading(here, c));
      const left = here.units - here.shown.length;
      if (here.kind !== "image" && left > 0) {
        stage.append(placed(html("span", { class: "label", style: "transform:translateX(-50%)" }, `${count(left)} more`), x[c] + size / 2, geometry.rest[c] - 8));
      }
      if (geometry.captions && c) {
        here.caption = html("span", { class: `label${geometry.tier ? "" : " small-type"}`, style: "transform:translateX(-50%)" });
        stage.append(placed(here.caption, x[c] + size / 2, height - 16));
      }
    });
    geometry.captionNodes = facts.columns.map((here) => here.caption);
    buildLayers();
    stage.append(tip);
    tip.hidden = true;
    cursor = cursor && tiles[cursor[0]]?.[cursor[1]] ? cursor : null;
    pointed = pointed && tiles[pointed[0]]?.[pointed[1]] ? pointed : null;
  }

  const placed = (node, x, y) => { node.style.left = `${x}px`; node.style.top = `${y}px`; return node; };

  function tile(here, c, u) {
    const { size, x, y, image } = geometry, side = here.kind === "image" ? image : size;
    const canvas = html("canvas", { class: facts.tile.kind === "plane" ? "" : "pixelated" });
    const node = html("div", { class: "tile" }, canvas);
    node.style.cssText = `left:${x[c]}px;top:${y[c][u] - side / 2}px;width:${side}px;height:${here.kind === "image" ? (image * here.rows) / here.columns : size}px`;
    if (here.kind === "image") node.style.top = `${y[c][u] - (image * here.rows) / here.columns / 2}px`;
    const made = { node, canvas, c, u };
    node.place = [c, u];
    if (!c && facts.reads === "point") node.title = here.on[u] ? `Switch ${here.names[u]} off` : `Switch ${here.names[u]} on`;
    if (c) node.append((made.bias = html("span", { class: "bias" })));
    if (geometry.kernels && c === 1) {
      const kernel = html("div", { class: "tile" }, (made.kernel = html("canvas", { class: "pixelated" })));
      kernel.style.cssText = `left:${x[c] - size - 4}px;top:${y[c][u] - size / 2}px;width:${size}px;height:${size}px`;
      kernel.place = [c, u];
      stage.append(kernel);
    }
    stage.append(node);
    const text = here.names[u];
    if (text && c === 0) {
      const label = html("span", { class: `label${here.on[u] ? " on" : ""}`, title: text }, text);
      label.style.cssText = `right:${width - x[0] + 8}px;max-width:${x[0] - 8}px;top:${y[c][u] - 8}px`;
      stage.append(label);
    } else if (text && isOutput(c)) {
      const label = placed(html("span", { class: "label on", title: text }, text), x[c] + size + 8, y[c][u] - 8);
      label.style.maxWidth = `${width - x[c] - size - 8}px`;
      stage.append(label);
    }
    return made;
  }

  function heading(here, c) {
    const { tier, x, size, image } = geometry, node = html("div", { class: `heading${tier ? "" : " small-type"}` });
    node.style.left = `${x[c] + (here.kind === "image" ? image : size) / 2}px`;
    const plain = (text) => node.append(html("div", {}, text));
    if (here.kind === "hidden") {
      const name = tier === 2 ? `Layer ${c} · ${here.spelled}` : tier === 1 ? `Layer ${c}` : `${c}`;
      const button = html("button", { class: "name", tabindex: "-1", title: "Change this layer", onclick: () => openMenu(c, button) }, name);
      node.append(button);
      if (tier < 2) plain(tier ? (geometry.roomy ? here.spelled : here.spelled.replace("leaky ReLU", "leaky")) : SHORT[here.activation] ?? here.spelled);
      const step = (by) => html(
        "button", { class: "by", tabindex: "-1", "aria-label": by < 0 ? `One unit less in layer ${c}` : `One unit more in layer ${c}`, disabled: here.units + by < 1 || here.units + by > 512, onclick: () => act({ do: "units", layer: c - 1, by }) },
        by < 0 ? "−" : "+",
      );
      const label = tier === 2 ? counted(here.units, "unit") : `${here.units}`;
      node.append(html("div", { class: `units${tier < 2 ? " tight" : ""}` }, tier ? step(-1) : null, html("span", {}, label), tier ? step(1) : null));
      const norm = { batch: ["", "batch", "batch norm"], layer: ["", "layer", "layer norm"] }[here.norm]?.[tier];
      const drop = here.dropout ? ["", `drop ${Math.round(100 * here.dropout)}%`, `dropout ${here.dropout}`][tier] : "";
      if (tier === 2 && (norm || drop)) plain([norm, drop].filter(Boolean).join(", "));
      else if (tier === 1) { if (norm) plain(`${norm} norm`); if (drop) plain(drop); }
      return node;
    }
    const title = c ? (tier ? "Output" : "Out") : tier === 2 && facts.reads === "point" ? `Inputs · ${here.given} of ${here.units}` : tier ? (here.kind === "image" ? "Image" : "Inputs") : "In";
    node.append(html("span", { class: "name" }, title));
    const below = c
      ? { difference: tier === 2 ? "tanh(z ÷ 2)" : tier ? "tanh" : "", probability: tier ? "softmax" : "", number: tier === 2 ? "weighted sum" : "" }[here.activation]
      : here.kind === "image" ? here.size : facts.reads === "point" ? (tier === 1 ? `${here.given} of ${here.units}` : "") : tier === 2 ? `${counted(here.units, "feature")}${here.standardised ? ", standardised" : ""}` : `${here.units}`;
    if (below) plain(below);
    return node;
  }

  function buildLayers() {
    const hidden = facts.columns.length - 2;
    const step = (by, words) => html("button", { class: "by", tabindex: "-1", "aria-label": words, title: words, disabled: hidden + by < 0 || hidden + by > facts.most_layers, onclick: () => act({ do: "layers", by }) }, by < 0 ? "−" : "+");
    layers.replaceChildren(step(-1, "One hidden layer less"), html("span", {}, counted(hidden, "layer")), step(1, "One hidden layer more"));
  }

  function openMenu(c, button) {
    menu(stage, { layer: c, facts: column(c), x: geometry.x[c] + geometry.size / 2, act, after: () => (button?.isConnected ? stage : stage).focus({ preventScroll: true }) });
  }

  // ---- values: at every frame, in place
  function values() {
    facts.columns.forEach((here, c) => {
      const map = array(`map.${c}`), [, rows, columns] = map.shape, cells = rows * columns;
      tiles[c].forEach((one, u) => {
        paintCodes(root, one.canvas, map.values.subarray(u * cells, (u + 1) * cells), rows, columns, here.scale);
        if (one.kernel) {
          const kernel = array("kernel.1"), [, r, k] = kernel.shape;
          paintCodes(root, one.kernel, kernel.values.subarray(u * r * k, (u + 1) * r * k), r, k, "signed");
        }
        if (one.bias) one.bias.style.background = `color-mix(in srgb, var(--zero), var(${bias(c, u) < 0 ? "--negative" : "--positive"}) ${Math.min(100, 20 + 80 * Math.abs(bias(c, u)) || 0).toFixed(0)}%)`;
        one.node.classList.toggle("off", c === 0 && !here.on[u]);
      });
      const caption = geometry.captionNodes[c], text = c ? range(c, 0) : "";
      if (caption && caption.textContent !== text) caption.textContent = text;
    });
    drawEdges();
  }

  const bias = (c, u) => array(`sums.${c}`).values[5 * u + 1];
  const weight = ({ c, u, source }) => array(`weight.${c}`).values[u * column(c).sources.length + source];
  const range = (c, u) => {
    const low = column(c).low[u], high = column(c).high[u];
    return column(c).low.every((one) => one === low) && column(c).high.every((one) => one === high) ? (low ? `±${tidy(high)}` : geometry.tier ? `0 … ${tidy(high)}` : `0…${tidy(high)}`) : "own ranges";
  };

  function drawEdges() {
    const [c, u] = focus() ?? [-1, -1];
    for (const one of edges) {
      const into = one.c === c && one.u === u, out = one.c === c + 1 && one.s === u, bundle = one.source < 0;
      const w = bundle ? 0 : weight(one) || 0, size = Math.abs(w);
      const faded = c < 0 ? 0.22 + 0.45 * Math.min(1, size / 2) : 0.1 + 0.26 * Math.min(1, size / 2);
      const look = [
        bundle ? "var(--control)" : w < 0 ? "var(--negative)" : "var(--positive)",
        bundle ? "1" : Math.min(6, 0.5 + 1.5 * size).toFixed(1),
        (into ? 1 : out ? Math.min(1, 0.25 + faded * 1.6) : bundle ? 0.35 : faded).toFixed(2),
      ];
      ["stroke", "stroke-width", "stroke-opacity"].forEach((name, i) => { if (one.last[i] !== look[i]) one.node.setAttribute(name, look[i]); });
      one.last = look;
      if (into !== (one.node.parentNode === front)) (into ? front : back).append(one.node);
    }
  }

  // ---- what is pointed at, what is locked
  function show() {
    const lock = lockPlace(), here = focus();
    tiles.flat().forEach((one) => {
      const place = [one.c, one.u];
      one.node.classList.toggle("locked", same(place, lock));
      one.node.classList.toggle("seen", same(place, pointed) && !same(place, lock));
      one.node.classList.toggle("cursor", same(place, cursor));
    });
    mark(lock);
    showLegend(here);
    showSum(here);
    tell();
  }

  // A word beside the locked neuron, where there is room for it.
  function mark(lock) {
    const wanted = lock && geometry.tier === 2 && !isOutput(lock[0]) ? lock.join() : "";
    if ((geometry.mark?.dataset.place ?? "") === wanted) return;
    geometry.mark?.remove();
    geometry.mark = null;
    if (!wanted) return;
    const [c, u] = lock, { x, y, size } = geometry;
    const words = html("span", { class: "label on halo", "data-place": wanted }, "locked", html("br"), html("span", { class: "muted", style: "font-weight:400" }, "Esc releases"));
    stage.append((geometry.mark = placed(words, x[c] + size + 6, y[c][u] - 17)));
  }

  function showLegend(here) {
    const shaded = facts.columns.slice(1), first = shaded[0];
    const even = shaded.every((one) => one.low.every((v) => v === first.low[0]) && one.high.every((v) => v === first.high[0]));
    const [c, u] = here ?? [even ? 1 : facts.columns.length - 1, 0], of = column(c);
    const name = here ? (c ? of.titles[u] : of.names[u] || "pixels") : even ? "response" : "output";
    const edge = width < NARROW ? "" : "· edges: colour = sign, width = size";
    const wanted = [name, tidy(of.low[u]), of.scale, tidy(of.high[u]), edge].join("|");
    if (legend.dataset.made === wanted) return;
    legend.dataset.made = wanted;
    const bar = html("span", { class: `bar ${of.scale}` });
    if (of.scale === "pixels") bar.style.background = "linear-gradient(90deg, #000, #fff)";
    legend.replaceChildren(html("span", {}, name), html("span", { class: "number" }, tidy(of.low[u])), bar, html("span", { class: "number" }, tidy(of.high[u])), html("span", {}, edge));
  }

  function showSum(here) {
    const [c, u] = here && here[0] > 0 ? here : lockPlace() ?? answer(), of = column(c);
    const places = array(`from.${c}`), terms = array(`terms.${c}`).values, each = places.shape[1];
    const [rest, b, z, normed, value] = array(`sums.${c}`).values.subarray(5 * u, 5 * u + 5);
    worked.update({
      title: of.titles[u], where: facts.example, locked: same([c, u], lockPlace()), more: of.more, rest, bias: b, ...told(of, u, z, normed, value),
      from: { hidden: `from layer ${c - 1}`, image: "from pixel" }[column(c - 1).kind] ?? "from input",
      terms: Array.from({ length: each }, (_, t) => {
        const place = places.values[u * each + t], at = 3 * (u * each + t), name = of.source_names[place];
        return { name: name ?? `${place + 1}`, full: name ?? `from ${facts.reads === "image" && c === 1 ? "pixel" : "unit"} ${place + 1}`, value: terms[at], weight: terms[at + 1], product: terms[at + 2] };
      }),
    }, width < NARROW);
    worked.shown = [c, u];
  }

  // The output, where there are several the largest.
  function answer() {
    const c = facts.columns.length - 1, { values, shape } = array(`sums.${c}`);
    let best = 0;
    for (let u = 1; u < shape[0] && column(c).activation === "probability"; u++) if (values[5 * u + 4] > values[5 * best + 4]) best = u;
    return [c, best];
  }

  // How the sum becomes the neuron's value, in words.
  function told(of, u, z, normed, value) {
    const total = `z = ${short(z)}`, back = of.back?.[u];
    if (of.kind === "output") {
      if (of.activation === "number" && !back) return { steps: [], end: `z = ${short(value)}` };
      if (of.activation === "number") return { steps: [total, "", `× ${short(back[0])} ${back[1] < 0 ? "−" : "+"} ${short(Math.abs(back[1]))}`], end: `= ${short(value * back[0] + back[1])}` };
      if (of.activation === "probability") return { steps: [total, "", "softmax"], end: `p = ${short(value)}` };
      return { steps: [total, "", `tanh(${short(z)} ÷ 2)`], end: `= ${short(value)}` };
    }
    const steps = of.norm === "none" ? [total] : [total, `${of.norm} norm ${short(normed)}`];
    if (of.activation === "linear") return of.norm === "none" ? { steps: [], end: `z = ${short(value)}` } : { steps, end: `= ${short(value)}` };
    steps[2] = `${of.spelled}(${short(normed)})`;
    return { steps, end: `= ${short(value)}` };
  }

  function tell() {
    if (!pointed) {
      if (announced) hover(null);
      announced = false;
      return;
    }
    announced = true;
    const [c, u] = pointed, of = column(c), map = array(`map.${c}`), [, rows, columns] = map.shape, cells = rows * columns;
    const kernel = c === 1 && array("kernel.1");
    hover({
      kind: "unit", layer: c - 1, unit: of.shown[u], title: c ? of.titles[u] : of.kind === "image" ? "Image" : of.names[u],
      map: map.values.subarray(u * cells, (u + 1) * cells), rows, columns, low: of.low[u], high: of.high[u], scale: of.scale,
      tile: of.kind === "image" ? "image" : facts.tile.kind, groups: facts.tile.groups,
      kernel: kernel ? { values: kernel.values.subarray(u * kernel.shape[1] * kernel.shape[2], (u + 1) * kernel.shape[1] * kernel.shape[2]), rows: kernel.shape[1], columns: kernel.shape[2], limit: of.kernel_limits[u] } : null,
    });
  }

  function point(place) {
    if (same(place, pointed)) return;
    pointed = place;
    drawEdges();
    show();
  }

  function lock(place) {
    const [c, u] = place, of = column(c), kept = lockPlace();
    if (of.kind === "input" && facts.reads === "point") return act({ do: "feature", name: of.keys[u] });
    if (c === 0) return undefined;
    const released = same(place, kept);
    wait(released ? null : [c - 1, of.shown[u]]);
    return act(released ? { do: "release" } : { do: "lock", layer: c - 1, unit: of.shown[u] });
  }

  function release() {
    const kept = lockPlace();
    point(null);
    if (!kept) return;
    wait(null);
    act({ do: "release" });
  }

  // The lock is shown at once; frames made before the server heard of it do not take it back.
  function wait(lock) {
    waiting = { lock, until: performance.now() + 1500 };
    drawEdges();
    show();
  }

  // ---- setting weights
  function setWeight(c, u, place, x, y) {
    const of = column(c), unit = of.shown[u], isBias = place === "bias";
    const value = isBias ? bias(c, u) : weightAt(c, u, place);
    askNumber(stage, {
      x, y, value, limit: 1000, label: isBias ? "bias" : "weight",
      done: (set) => act({ do: "edit", parameter: isBias ? of.bias : of.weight, index: isBias ? unit : unit * of.fan_in + place, value: set }),
      after: () => stage.focus({ preventScroll: true }),
    });
  }

  function weightAt(c, u, place) {
    const each = array(`from.${c}`).shape[1], term = array(`from.${c}`).values.subarray(u * each, (u + 1) * each).indexOf(place);
    if (term >= 0) return array(`terms.${c}`).values[3 * (u * each + term) + 1];
    return weight({ c, u, source: column(c).source_places.indexOf(place) });
  }

  function editTerm(what, node) {
    const [c, u] = worked.shown, box = stage.getBoundingClientRect(), at = node.getBoundingClientRect();
    const place = what === "bias" ? "bias" : array(`from.${c}`).values[u * array(`from.${c}`).shape[1] + what];
    setWeight(c, u, place, at.left + at.width / 2 - box.left, Math.min(stage.clientHeight - 20, at.top - box.top));
  }

  // ---- pointer
  const spot = (event) => { const box = stage.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };

  // The edge under the pointer: all edges of a gap share how far right each point of theirs is.
  function nearest([px, py]) {
    let found = null, best = 7;
    for (const one of edges) {
      const [x1, y1] = one.from, [x2, y2] = one.to, share = (px - x1) / (x2 - x1);
      if (share <= 0.02 || share >= 0.98 || one.source < 0) continue;
      let low = 0, high = 1;
      for (let i = 0; i < 12; i++) { const t = (low + high) / 2; if (across(t) < share) low = t; else high = t; }
      const slope = (6 * low * (1 - low) * (y2 - y1)) / ((1.5 - 3 * low + 3 * low * low) * (x2 - x1));
      const away = Math.abs(py - y1 - (y2 - y1) * along(low)) / Math.hypot(1, slope) - (one.node.parentNode === front ? 2 : 0) - Math.min(1, Math.abs(weight(one)));
      if (away < best) { best = away; found = one; }
    }
    return found;
  }

  function hint([x, y], words) {
    tip.hidden = !words;
    if (!words) return;
    tip.textContent = words;
    tip.style.left = `${Math.max(0, Math.min(width - tip.offsetWidth, x + 12))}px`;
    tip.style.top = `${Math.max(0, y - 28)}px`;
  }

  const named = (c, s) => (c === 0 ? column(0).names[s] || "image" : column(c).titles[s]);
  const place = (event) => event.target.closest?.(".tile")?.place ?? null;

  stage.addEventListener("pointermove", (event) => {
    if (!facts || event.pointerType === "touch") return;
    const here = place(event), at = spot(event);
    edge = here || event.target.closest(".heading, .field, .menu") ? null : nearest(at);
    stage.style.cursor = edge ? "pointer" : "";
    if (event.target.classList.contains("bias")) hint(at, `bias ${number(bias(...here))}`);
    else if (edge) hint(at, `${named(edge.c - 1, edge.s)} → ${named(edge.c, edge.u)}: ${number(weight(edge))}`);
    else hint(at, "");
    point(here);
  });
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "touch") return;
    edge = null;
    hint([0, 0], "");
    if (facts) point(null);
  });
  stage.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  stage.addEventListener("click", (event) => {
    tip.hidden = true;
    if (!facts || event.target.closest(".heading, .field, .menu")) return;
    const here = place(event), at = spot(event);
    if (event.target.classList.contains("bias") && !touched) return setWeight(...here, "bias", ...at);
    if (here) {
      cursor = here;
      const known = same(here, pointed) || same(here, lockPlace());
      if (touched && !known) return point(here);
      return lock(here);
    }
    const near = nearest(at);
    if (near && !(touched && !same([near.c, near.u], focus()))) return setWeight(near.c, near.u, column(near.c).source_places[near.source], ...at);
    return release();
  });

  // ---- keyboard: the picture is one stop, the arrows go from neuron to neuron
  function go(c, u) {
    cursor = [c, Math.max(0, Math.min(tiles[c].length - 1, u))];
    point(cursor);
    show();
    const of = column(cursor[0]), value = cursor[0] ? array(`sums.${cursor[0]}`).values[5 * cursor[1] + 4] : null;
    const name = named(...cursor);
    say(value === null ? `Input ${name}${facts.reads === "point" ? (of.on[cursor[1]] ? ", on" : ", off") : ""}` : `${name}, ${short(value)}`);
  }

  stage.addEventListener("keydown", (event) => {
    if (!facts || event.ctrlKey || event.metaKey || event.altKey || event.target !== stage) return;
    const [c, u] = cursor ?? lockPlace() ?? [facts.columns.length - 1, 0];
    const layer = c > 0 && !isOutput(c) ? c - 1 : null;
    const keys = {
      ArrowUp: () => go(c, u - 1),
      ArrowDown: () => go(c, u + 1),
      ArrowLeft: () => c > 0 && go(c - 1, closest(c - 1, geometry.y[c][u])),
      ArrowRight: () => !isOutput(c) && go(c + 1, closest(c + 1, geometry.y[c][u])),
      Enter: () => lock([c, u]),
      Escape: release,
      w: () => worked.focus(),
      W: () => worked.focus(),
      "+": () => layer !== null && act({ do: "units", layer, by: 1 }),
      "-": () => layer !== null && act({ do: "units", layer, by: -1 }),
      l: () => layer !== null && openMenu(c, null),
      L: () => layer !== null && openMenu(c, null),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const closest = (c, y) => geometry.y[c].reduce((best, here, u) => (Math.abs(here - y) < Math.abs(geometry.y[c][best] - y) ? u : best), 0);
  const left = (event) => {
    const to = event.relatedTarget;
    if (facts && cursor && same(pointed, cursor) && !(to && (stage.contains(to) || worked.node.contains(to)))) point(null);
  };
  stage.addEventListener("focusout", left);
  worked.node.addEventListener("focusout", left);
  worked.node.addEventListener("keydown", (event) => { if (event.key === "Escape") stage.focus({ preventScroll: true }); });

  // ---- frames
  function update(next) {
    facts = next;
    if (waiting && (performance.now() > waiting.until || JSON.stringify(facts.lock) === JSON.stringify(waiting.lock))) waiting = null;
    width = Math.floor(root.clientWidth);
    if (!width) return;
    const shape = JSON.stringify([width, facts.tile.kind, facts.most_layers, facts.columns.map(({ low, high, ...rest }) => ({ ...rest, kernel_limits: 0, own: captioned(facts) }))]);
    if (shape !== made) { made = shape; build(); }
    describe();
    values();
    show();
  }

  function describe() {
    const parts = facts.columns.map((one, c) => (c === 0 ? `${one.given ?? one.units} inputs` : isOutput(c) ? counted(one.units, "output") : counted(one.units, `${one.spelled} unit`)));
    const words = `Network: ${parts.join(", ")}. Arrows choose a neuron, Enter locks it, W goes to its weights, L changes its layer, plus and minus its number of units.`;
    if (stage.getAttribute("aria-label") !== words) stage.setAttribute("aria-label", words);
  }

  const sized = new ResizeObserver(() => { if (facts && Math.floor(root.clientWidth) !== width) update(facts); });
  sized.observe(root);
  return { update, end: () => { sized.disconnect(); if (announced) hover(null); } };
}

// Whether the columns have different ranges, so that each says its own.
function captioned(facts) {
  const all = facts.columns.slice(1), first = all[0];
  return !all.every((one) => one.low.every((v) => v === first.low[0]) && one.high.every((v) => v === first.high[0]));
}

// Where everything stands: x (left edge) by column, y (middle) by column and unit, the size of a tile.
// tier: how much room headings have; 2 whole words on one line, 1 words below each other, 0 the shortest.
export function layout(facts, width) {
  const columns = facts.columns, last = columns.length - 1, narrow = width < NARROW;
  const rows = Math.max(...columns.map((one) => one.shown.length + (one.kind !== "image" && one.units > one.shown.length ? 1 : 0)));
  const longest = (names) => Math.max(0, ...names.map((name) => 7 * name.length));
  const pixels = columns[0].kind === "image";
  const left = pixels ? 8 : Math.max(narrow ? 24 : 40, Math.min(narrow ? [92, 92, 92, 72][last] ?? 56 : 132, longest(columns[0].names) + 12));
  const named = longest(columns[last].names), right = named ? Math.min(narrow ? [76, 76, 76, 64][last] ?? 56 : 110, named + 10) : narrow ? 8 : 18;
  const rough = (width - left - right) / last;
  const tier = rough >= 124 ? 2 : rough >= 56 ? 1 : 0;
  const extras = Math.max(...columns.map((one) => (one.kind !== "hidden" ? 0 : tier === 2 ? Number(one.norm !== "none" || one.dropout > 0) : tier ? Number(one.norm !== "none") + Number(one.dropout > 0) : 0)));
  const head = (tier === 2 ? 40 : 56) + 16 * extras, captions = captioned(facts), foot = captions ? 20 : 4;
  const height = narrow ? head + foot + Math.max(200, rows * 40) : TALL;
  const pitch = Math.min(narrow ? 40 : 47, (height - head - foot) / rows);
  const size = Math.round(Math.min(36, pitch - (pitch < 42 ? 7 : 9), tier === 0 ? rough - 8 : 36));
  const image = pixels ? Math.min(narrow ? 64 : 112, Math.max(size, rough * 0.55)) : size;
  const kernels = pixels && rough - image > 1.2 * size + 24;
  const first = left, end = width - right - size;
  const x = columns.map((_, c) => Math.round(first + (c * (end - first)) / last));
  const middle = head + (height - head - foot) / 2;
  const places = (one) => one.shown.length + (one.kind !== "image" && one.units > one.shown.length ? 1 : 0);
  const y = columns.map((one) => one.shown.map((_, u) => Math.round(middle + (u - (places(one) - 1) / 2) * pitch)));
  const rest = columns.map((one) => Math.round(middle + (one.shown.length - (places(one) - 1) / 2) * pitch));
  return { height, size, x, y, rest, tier, roomy: rough >= 72, image, kernels, captions };
}
