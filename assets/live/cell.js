// One number opened: what it sees of the image, and the arithmetic that makes it.
// facts: dlplay/probes/cell.py. Acts: input {channel}, over {value}, lock {tap, channel, row, column}, release.
import { hover, onHover } from "./bus.js";
import { count, fixed, html, number, speaker, svg } from "./dom.js";
import { clipped, frameOn, photo, spanOf } from "./fields.js";
import { colourOf, paint } from "./theme.js";

const STYLE = `
.cell { height: 556px; display: flex; flex-direction: column; overflow: hidden; }
.cell .top { height: 28px; flex: none; }
.cell .sight { position: relative; height: 236px; flex: none; border-bottom: 1px solid var(--rule); margin-bottom: 8px; }
.cell .sight > * { position: absolute; }
.cell .sight canvas { border-radius: 0; }
.cell .heading { font-size: 12px; line-height: 16px; font-weight: 600; white-space: nowrap; }
.cell .caption { font-size: 12px; line-height: 16px; color: var(--muted); }
.cell .growth { left: 0; right: 0; bottom: 6px; height: 22px; display: flex; gap: 4px; align-items: center; font-size: 12px; line-height: 16px; color: var(--muted); overflow-x: auto; scrollbar-width: none; white-space: nowrap; }
.cell .growth span.stop { padding: 1px 5px; border: 1px solid var(--border); border-radius: 4px; cursor: pointer; }
.cell .growth span.stop:hover, .cell .growth span.stop.on { border-color: var(--text); color: var(--text); }
.cell .over { white-space: nowrap; }
.cell .over button { padding: 0 6px; font-size: 12px; line-height: 18px; min-height: 20px; border-radius: 4px; color: var(--muted); }
.cell .over button[aria-pressed="true"] { color: var(--text); }
.cell .work { flex: 1; position: relative; min-height: 0; }
.cell .work svg text { fill: var(--muted); }
.cell .work svg text.strong { fill: var(--text); }
.cell .work svg text.total { font-size: 18px; font-weight: 650; fill: var(--text); }
.cell .work svg text.in { fill: var(--text); font-size: 11px; }
.cell .work svg text.on-dark { fill: var(--page); }
.cell .work .link { cursor: pointer; }
.cell .sentence { position: absolute; left: 0; right: 0; bottom: 0; font-size: 12px; line-height: 16px; color: var(--muted); }
.part .top .release { border: 0; background: none; padding: 0 4px; margin-right: -4px; min-height: 0; line-height: 20px; font-size: 16px; }
.top .layer { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.top .title, .top .layer + span { flex: none; }
@media (pointer: coarse) { .top kbd { display: none; } .part .top .release { min-width: 44px; line-height: 32px; } }
`;
const IMAGE_TOP = 22, COLOURS = ["red", "green", "blue"];

export function mount(root, act) {
  root.append(html("style", {}, STYLE));
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  const release = html("button", { class: "release", type: "button", "aria-label": "Release", title: "Release (Esc)", onclick: () => act({ do: "release" }) }, "×");
  const layer = html("span", { class: "small muted layer" }), state = html("span", { class: "small muted" });
  const sight = sightOf(root, act), work = html("div", { class: "work" });
  root.append(html("div", { class: "spread top" }, html("span", { class: "title" }, "What this number sees"), layer, state), sight.node, work);
  const say = speaker(root);
  let facts = null, signature = "", view = null, width = 0;

  function draw() {
    width = root.clientWidth;
    if (!width) return; // not laid out yet; the observer will tell
    sight.update(facts, width);
    const { work: w } = facts, next = JSON.stringify([width, w.kind, w.kernel, w.inputs, w.terms?.length, !!w.rest, w.bias === null, w.steps.map((s) => s.kind), facts.arrays.window?.shape, root.dataset.theme, facts.tap]);
    if (next !== signature) {
      signature = next;
      view = { conv: conv, pool: pool, global: pool, dense: dense, sum: sum, same: same }[w.kind]({ root, act, width, facts });
      work.replaceChildren(view.node);
    }
    view.update(facts);
  }

  root.addEventListener("keydown", (event) => {
    if (!facts || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && facts.locked) act({ do: "release" });
    else if (["ArrowLeft", "ArrowRight"].includes(event.key) && facts.work.kind === "conv") {
      const terms = facts.work.terms, at = terms.findIndex((t) => t.channel === facts.work.input);
      const to = terms[Math.min(terms.length - 1, Math.max(0, at + (event.key === "ArrowLeft" ? -1 : 1)))];
      act({ do: "input", channel: to.channel });
      say(`Input map ${to.channel + 1} adds ${number(to.value)}`);
    } else return;
    event.preventDefault();
  });
  // Escape releases wherever the focus is in a picture, or nowhere.
  const escape = (event) => {
    const nowhere = event.composedPath()[0] === document.body || event.composedPath().some((node) => node.classList?.contains("part"));
    if (event.key !== "Escape" || event.defaultPrevented || !nowhere || !facts?.locked) return;
    event.preventDefault();
    act({ do: "release" });
  };
  document.addEventListener("keydown", escape);
  const watch = new ResizeObserver(() => { if (facts && root.clientWidth !== width) draw(); });
  watch.observe(root);
  return {
    update(next) {
      facts = next;
      layer.textContent = facts.answer || facts.row_of_numbers ? "" : facts.title; // the heading says it there
      if (state.dataset.locked !== String(facts.locked)) {
        state.dataset.locked = facts.locked;
        state.replaceChildren(...(facts.locked ? ["locked ", html("kbd", {}, "Esc"), release] : ["click a cell to lock it"]));
      }
      root.setAttribute("aria-label", `${facts.title}, ${placeOf(facts)}: ${number(facts.value ?? NaN)}. ${sentence(facts)}`);
      draw();
    },
    end() { document.removeEventListener("keydown", escape); watch.disconnect(); sight.end(); hover(null); },
  };
}

// ---- the image with its frames, and the heat
function sightOf(root, act) {
  const heading = html("div", { class: "heading", style: "left:0;top:0" }), right = html("div", { class: "heading", style: "top:0" }, "What it responds to");
  const image = html("canvas", { class: "pixelated" }), heat = html("canvas", { class: "pixelated", role: "img" });
  const overlay = svg("svg", { role: "img", style: "overflow:hidden;left:0" }), heatOverlay = svg("svg", { style: "overflow:hidden" });
  const padding = svg("rect", { fill: "none", style: "stroke: var(--control)", "stroke-dasharray": "2 3" });
  const inner = svg("g", {}), earlier = [];
  overlay.append(padding, inner);
  const main = frameOn(overlay, { width: 2 }), preview = frameOn(overlay, { width: 1.5, dashed: true }), heatFrame = frameOn(heatOverlay, { width: 1.5 });
  const caption = html("div", { class: "caption", style: "left:0" }), heatCaption = html("div", { class: "caption" });
  const range = html("div", { class: "legend" }, html("span", { class: "number" }, "0"), html("span", { class: "bar amount", style: "width:40px" }), html("span", { class: "number" }));
  const over = html("div", { class: "over" }, ...[[1, "this image"], [32, "over 32"]].map(([value, label]) => html("button", { type: "button", onclick: () => act({ do: "over", value }) }, label)));
  const growth = html("div", { class: "growth" });
  const node = html("div", { class: "sight" }, heading, image, overlay, caption, right, heat, heatOverlay, range, heatCaption, over, growth);
  let facts = null, scale = 1, x0 = 0, y0 = 0, stops = "", picked = -1;

  function update(next, width) {
    facts = next;
    const [, rows, columns] = facts.image.shape, gap = 16;
    const left = Math.min(176, Math.floor(width * 0.52)), side = width - left - gap;
    const margin = Math.min(facts.margin, Math.ceil(Math.max(rows, columns) / 8));
    scale = Math.min(left / (columns + 2 * margin), 150 / (rows + 2 * margin));
    if (scale > 1) scale = Math.floor(scale * 2) / 2;
    x0 = y0 = margin * scale;
    const [w, h] = [columns * scale, rows * scale];
    heading.textContent = placeOf(facts);
    photo(image, facts.arrays.image.values, facts.image.shape);
    place(image, x0, IMAGE_TOP + y0, w, h);
    place(overlay, 0, IMAGE_TOP, w + 2 * x0, h + 2 * y0);
    for (const [key, value] of Object.entries({ x: 0.5, y: 0.5, width: Math.max(0, w + 2 * x0 - 1), height: Math.max(0, h + 2 * y0 - 1) })) padding.setAttribute(key, value);
    padding.style.display = margin ? "" : "none";
    const { whole, top, bottom } = facts.field, seen = bottom - top;
    main(facts.field, scale, x0, y0);
    const past = facts.field.left < -margin || top < -margin || facts.field.right > columns + margin || bottom > rows + margin;
    caption.replaceChildren(whole ? "frame: it sees the whole image" : past ? `it sees ${seen} × ${seen}, past this picture` : `frame: the ${seen} × ${seen} it can see`, ...(margin ? [html("br"), "dashed: padding, zeros"] : []));
    caption.style.top = `${IMAGE_TOP + h + 2 * y0 + 2}px`;
    overlay.setAttribute("aria-label", whole ? "It sees the whole image" : `Its frame on the image: rows ${top + 1} to ${bottom}, columns ${facts.field.left + 1} to ${facts.field.right}`);

    const cell = Math.min(side, 128, 128 * columns / rows) / columns, effective = facts.arrays.effective.values, most = effective.reduce((a, b) => Math.max(a, b), 0);
    const at = width - side;
    right.style.left = range.style.left = heatCaption.style.left = over.style.left = `${at}px`;
    paint(root, heat, effective, rows, columns, "amount", most);
    place(heat, at, IMAGE_TOP, columns * cell, rows * cell);
    place(heatOverlay, at - 2, IMAGE_TOP - 2, columns * cell + 4, rows * cell + 4);
    heatFrame(clipped(facts.field, facts.image.shape), cell, 2, 2);
    heat.setAttribute("aria-label", `How strongly each pixel moves it, 0 to ${number(most)}`);
    heatCaption.textContent = "|∂ value / ∂ pixel|";
    const below = IMAGE_TOP + rows * cell;
    heatCaption.style.top = `${below + 4}px`;
    range.style.top = `${below + 20}px`;
    range.lastChild.textContent = number(most);
    over.style.top = `${below + 38}px`;
    [...over.children].forEach((button, i) => button.setAttribute("aria-pressed", String(facts.over === [1, 32][i])));
    grow();
  }

  function grow() {
    const key = JSON.stringify(facts.growth);
    if (key !== stops) {
      stops = key;
      picked = -1;
      earlier.length = 0;
      inner.replaceChildren();
      const chips = facts.growth.map((g, i) => {
        earlier.push(frameOn(inner, { width: 1 }));
        const chip = html("span", { class: "stop", title: `${g.title}, row ${g.row + 1}, column ${g.column + 1}` }, `${g.bottom - g.top}×${g.right - g.left}`);
        chip.addEventListener("pointerenter", () => { picked = i; frames(); hover({ kind: "cell", tap: g.tap, channel: g.tap === facts.tap ? facts.channel : 0, row: g.row, column: g.column, span: g, words: `${g.title} sees ${g.bottom - g.top} × ${g.right - g.left}` }); });
        chip.addEventListener("pointerleave", () => { picked = -1; frames(); hover(null); });
        return chip;
      });
      growth.replaceChildren(...(chips.length > 1 ? [html("span", {}, "grows"), ...chips.flatMap((chip, i) => (i ? ["→", chip] : [chip]))] : []));
    }
    frames();
  }
  function frames() {
    earlier.forEach((put, i) => put(facts.growth[i].bottom - facts.growth[i].top < facts.field.bottom - facts.field.top && (picked < 0 || picked === i) ? facts.growth[i] : null, scale, x0, y0));
    [...growth.querySelectorAll(".stop")].forEach((chip, i) => chip.classList.toggle("on", i === picked));
  }
  const quiet = onHover((what) => preview(what?.kind === "cell" && what.span && !facts?.growth.includes(what.span) ? what.span : null, scale, x0, y0));
  preview(null);
  return { node, update, end: quiet };
}

// ---- arithmetic, by kind; each gives its node once and updates what changes
function conv({ root, act, width, facts }) {
  const k = facts.work.kernel, n = facts.work.terms.length, rest = !!facts.work.rest, biased = facts.work.bias !== null;
  const between = k > 3 ? 14 : 18, size = Math.max(4, Math.min(32, Math.floor((width - 2 * between) / (3 * k)))), block = size * k, step = block + between;
  const node = drawing(width), title = text(node, 0, 12, "", "strong"), hint = text(node, width, 12, "", "", "end");
  const names = ["values", "kernel", "products"];
  const grids = names.map((_, i) => grid(node, i * step, 22, k, k, size));
  const y = 22 + block + 16, signsAt = 22 + block / 2 + 4;
  text(node, block + between / 2, signsAt, "×", "strong", "middle");
  text(node, step + block + between / 2, signsAt, "=", "strong", "middle");
  names.forEach((label, i) => { if (i < 2 || block > 112) text(node, i * step, y, label); });
  const subtotal = text(node, 2 * step + block, y, "", "strong", "end");
  const base = y + 80, count = n + (rest ? 1 : 0) + (biased ? 1 : 0), room = width - 78, pitch = Math.min(31, room / count), thick = Math.max(3, Math.min(24, pitch - 4));
  const heading = text(node, 0, y + 30, "", "strong"), total = text(node, width, base - 2, "", "total", "end");
  node.append(svg("line", { x1: 0, x2: count * pitch, y1: base, y2: base, style: "stroke: var(--control)" }));
  const bars = Array.from({ length: count }, (_, i) => {
    const x = i * pitch, bar = svg("rect", { x, width: thick, rx: 1 }), hit = svg("rect", { x: x - 2, width: pitch, y: base - 60, height: 104, fill: "transparent", class: i < n ? "link" : null });
    const tip = svg("title");
    hit.append(tip);
    const value = text(node, x + thick / 2, base, "", "", "middle"), label = text(node, x + thick / 2, base + 38, "", "", "middle");
    node.append(bar, hit);
    hit.addEventListener("click", () => { if (i < n) act({ do: "input", channel: now.work.terms[i].channel }); });
    return { bar, value, label, tip };
  });
  let now = facts, lit = -1;

  function light(i) {
    lit = i;
    grids.forEach((g) => g.light(i));
    tell();
    const { work: w, source } = now;
    if (i < 0) return hover(null);
    const row = w.corner[0] + w.dilation * Math.floor(i / k), column = w.corner[1] + w.dilation * (i % k);
    if (now.arrays.padded.values[i]) hover(null);
    else if (source.tap) hover({ kind: "cell", tap: source.tap, channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape), words: `map ${w.input + 1}, row ${row + 1}, column ${column + 1}: ${number(now.arrays.patch.values[i])}` });
    else hover({ kind: "cell", tap: "", channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape) });
  }
  function tell() {
    const { patch, kernel, padded } = now.arrays;
    if (lit < 0) hint.textContent = "hover a cell: its pair lights up";
    else hint.textContent = `${padded.values[lit] ? "padding 0" : fixed(patch.values[lit])} × ${fixed(kernel.values[lit])} = ${fixed(patch.values[lit] * kernel.values[lit])}`;
  }
  grids.forEach((g) => g.onHover(light));

  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const { work: w, arrays: { patch, kernel, padded }, source, image } = next, many = w.inputs > 1;
      const products = patch.values.map((v, i) => v * kernel.values[i]);
      const coloured = !source.tap && image.shape[0] === 3;
      title.textContent = coloured ? `The image’s ${COLOURS[w.input]}` : !source.tap ? "The image’s pixels" : w.groups > 1 ? `Input map ${w.input + 1}, group ${w.first / w.inputs + 1} of ${w.groups}` : `Input map ${w.input + 1} of ${w.inputs}`;
      const scale = source.scale === "pixels" ? "pixels" : source.scale;
      grids[0].update(patch.values, scale, scale === "pixels" ? image : strongest(patch.values), padded.values);
      grids[1].update(kernel.values, "signed", strongest(kernel.values));
      grids[2].update(products, "signed", strongest(products));
      subtotal.textContent = `sum ${fixed(products.reduce((a, b) => a + b, 0))}`;
      heading.textContent = `${many ? (rest ? `${n} of ${w.inputs} input maps` : `All ${w.inputs} input maps`) : "The sum"}${rest ? ", the others" : ""}${biased ? " and the bias" : many ? "" : ", no bias"}`;
      const parts = [...w.terms.map((t) => ({ value: t.value, label: coloured ? COLOURS[t.channel] : String(t.channel + 1), on: t.channel === w.input, name: `Input map ${t.channel + 1}` }))];
      if (rest) parts.push({ value: w.rest.value, label: "rest", name: `${w.rest.count} more` });
      if (biased) parts.push({ value: w.bias, label: "bias", name: "Bias" });
      const unit = Math.min(42 / Math.max(1e-9, ...parts.map((p) => p.value)), 24 / Math.max(1e-9, ...parts.map((p) => -p.value)));
      parts.forEach((p, i) => {
        const { bar, value, label, tip } = bars[i], h = Math.max(1, Math.abs(p.value) * unit);
        bar.setAttribute("y", p.value >= 0 ? base - h : base);
        bar.setAttribute("height", h);
        bar.style.fill = p.value < 0 ? "var(--negative)" : "var(--positive)";
        bar.style.opacity = p.on || !many ? 1 : 0.55;
        value.setAttribute("y", p.value >= 0 ? base - h - 4 : base - 4);
        value.textContent = pitch >= 27 || p.on ? (pitch < 31 ? short : fixed)(p.value) : "";
        label.textContent = pitch >= 17 || p.on || p.label === "bias" ? p.label : "";
        label.setAttribute("class", p.on ? "strong" : "");
        tip.textContent = `${p.name}: ${number(p.value)}`;
      });
      total.textContent = `= ${fixed(w.sum)}`;
      tell();
      tellSentence(node, next);
    },
  };
}

function pool({ root, act, width, facts }) {
  const [rows, columns] = facts.arrays.window.shape, size = Math.max(2, Math.min(40, Math.floor(Math.min(150 / rows, 190 / columns))));
  const node = drawing(width), title = text(node, 0, 12, "", "strong");
  const values = grid(node, 0, 22, rows, columns, size), at = columns * size + 20;
  const first = text(node, at, 44, "", "strong"), second = text(node, at, 62, ""), total = text(node, width, 22 + Math.max(rows * size, 80), "", "total", "end");
  let now = facts;
  values.onHover((i) => {
    const { work: w, source } = now;
    values.light(i < 0 ? w.won ?? -1 : i);
    if (i < 0 || now.arrays.padded.values[i] || !source.tap) return hover(null);
    const row = (w.corner?.[0] ?? 0) + Math.floor(i / columns), column = (w.corner?.[1] ?? 0) + (i % columns);
    hover({ kind: "cell", tap: source.tap, channel: w.input, row, column, span: spanOf(source.field, row, column, now.image.shape), words: `map ${w.input + 1}, row ${row + 1}, column ${column + 1}: ${number(now.arrays.window.values[i])}` });
  });
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const { work: w, arrays: { window: seen, padded }, source, image } = next;
      title.textContent = `${source.tap ? `Map ${w.input + 1} of ${source.title}` : "The image"}: ${w.kind === "global" ? "all of it" : `its ${rows} × ${columns} window`}`;
      values.update(seen.values, source.scale, source.scale === "pixels" ? image : strongest(seen.values), padded.values);
      values.light(w.won ?? -1);
      first.textContent = w.how === "max" ? `The largest of ${rows * columns}` : `The mean of ${rows * columns}`;
      second.textContent = w.how === "max" ? `row ${Math.floor(w.won / columns) + 1}, column ${(w.won % columns) + 1} of the window` : `sum ${fixed(w.sum * rows * columns)} ÷ ${rows * columns}`;
      total.textContent = `= ${fixed(w.sum)}`;
      tellSentence(node, next);
    },
  };
}

function dense({ act, width, facts }) {
  const { terms, rest, bias } = facts.work, node = drawing(width), lines = [...terms.map((_, i) => i), ...(rest ? ["rest"] : []), ...(bias !== null ? ["bias"] : [])];
  text(node, 0, 12, "The largest products", "strong");
  text(node, width, 12, facts.work.terms[0]?.from.maps ? "map (row, column): value × weight" : "value × weight", "", "end");
  const wide = width - 232, middle = 232 + wide / 2, rowsMade = lines.map((what, i) => {
    const y = 32 + 18 * i, from = text(node, 0, y, ""), sum = text(node, 178, y, "", "number", "end"), product = text(node, 222, y, "", "strong", "end");
    const bar = svg("rect", { y: y - 9, height: 10, rx: 1 });
    node.append(bar);
    if (typeof what === "number") {
      const hit = svg("rect", { x: 0, y: y - 13, width, height: 18, fill: "transparent", class: "link" });
      hit.addEventListener("click", () => { const f = now.work.terms[what].from; if (f.tap) act({ do: "lock", tap: f.tap, channel: f.channel, row: f.row, column: f.column }); });
      hit.addEventListener("pointerenter", () => { const f = now.work.terms[what].from; hover({ kind: "cell", tap: f.tap, channel: f.channel, row: f.row, column: f.column, words: `${fromWords(f)}: ${number(now.work.terms[what].value)}` }); });
      hit.addEventListener("pointerleave", () => hover(null));
      node.append(hit);
    }
    return { what, from, sum, product, bar };
  });
  const end = 32 + 18 * lines.length + 6, total = text(node, width, end + 8, "", "total", "end"), share = text(node, 0, end + 4, "");
  node.append(svg("line", { x1: middle, x2: middle, y1: 20, y2: end - 18, style: "stroke: var(--control)" }));
  let now = facts;
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, values = lines.map((what) => (what === "rest" ? w.rest.value : what === "bias" ? w.bias : w.terms[what].product));
      const most = Math.max(...values.map(Math.abs), 1e-9);
      rowsMade.forEach(({ what, from, sum, product, bar }, i) => {
        const term = w.terms[what], v = values[i], length = (Math.abs(v) / most) * (wide / 2 - 2);
        from.textContent = term ? fromShort(term.from) : what === "rest" ? `${count(w.rest.count)} more` : "bias";
        sum.textContent = term ? `${fixed(term.value)}×${fixed(term.weight)}` : "";
        product.textContent = fixed(v);
        bar.setAttribute("x", v < 0 ? middle - length : middle);
        bar.setAttribute("width", Math.max(0.5, length));
        bar.style.fill = v < 0 ? "var(--negative)" : "var(--positive)";
      });
      total.textContent = `= ${fixed(w.sum)}`;
      share.textContent = next.answer ? shareWords(next) : "";
      tellSentence(node, next);
    },
  };
}

function sum({ act, width, facts }) {
  const node = drawing(width), title = text(node, 0, 12, "Branch and shortcut", "strong"), middle = width * 0.62;
  const lines = facts.work.terms.map((term, i) => {
    const y = 44 + 34 * i, label = text(node, 0, y, "", "strong"), value = text(node, 150, y, "", "", "end"), bar = svg("rect", { y: y - 14, height: 18, rx: 1 });
    const hit = svg("rect", { x: 0, y: y - 20, width, height: 30, fill: "transparent", class: "link" });
    hit.addEventListener("click", () => { const f = now.work.terms[i].from; if (f.tap) act({ do: "lock", tap: f.tap, channel: f.channel, row: f.row, column: f.column }); });
    node.append(bar, hit);
    return { label, value, bar };
  });
  const end = 44 + 34 * lines.length, total = text(node, width, end + 10, "", "total", "end"), curve = curveOf(node, 0, end + 24, 132, 92);
  node.append(svg("line", { x1: middle, x2: middle, y1: 24, y2: end - 16, style: "stroke: var(--control)" }));
  let now = facts;
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, most = Math.max(...w.terms.map((t) => Math.abs(t.value)), 1e-9);
      title.textContent = w.terms.length > 1 ? "Branch and shortcut" : "The branch alone, no shortcut";
      lines.forEach(({ label, value, bar }, i) => {
        const v = w.terms[i].value, length = (Math.abs(v) / most) * (width * 0.36);
        label.textContent = w.terms[i].name + (w.terms[i].projected ? " (1×1 conv)" : "");
        value.textContent = fixed(v);
        bar.setAttribute("x", v < 0 ? middle - length : middle);
        bar.setAttribute("width", Math.max(0.5, length));
        bar.style.fill = v < 0 ? "var(--negative)" : "var(--positive)";
      });
      total.textContent = `= ${fixed(w.sum)}`;
      curve(next);
      tellSentence(node, next);
    },
  };
}

// A number that comes as it is, then what this layer does to it: a normalisation, a non-linearity, or nothing.
function same({ act, width, facts }) {
  const node = drawing(width), title = text(node, 0, 12, "", "strong link"), came = text(node, width, 12, "", "strong", "end");
  const step = facts.work.steps[0], lines = [];
  title.addEventListener("click", () => { const f = now.work.from; if (f.tap) act({ do: "lock", tap: f.tap, channel: f.channel, row: f.row, column: f.column }); });
  let curve = null, formula = null, now = facts, total;
  if (step?.kind === "norm") {
    ["value x", "mean μ", "variance σ²", "ε", "gain γ", "shift β"].forEach((label, i) => {
      text(node, 0, 44 + 20 * i, label);
      lines.push(text(node, 150, 44 + 20 * i, "", "number strong", "end"));
    });
    ["from the layer before", "of the training batches", "of the training batches", "against division by 0", "learned", "learned"].forEach((label, i) => text(node, 166, 44 + 20 * i, label));
    text(node, 0, 176, "(x − μ) / √(σ² + ε) · γ + β", "strong");
    formula = text(node, 0, 196, "");
    total = text(node, width, 224, "", "total", "end");
  } else if (step?.kind === "act") {
    curve = curveOf(node, 0, 28, Math.min(220, width - 100), 150);
    total = text(node, width, 178, "", "total", "end");
  } else total = text(node, width, 50, "", "total", "end");
  return {
    node: withSentence(node),
    update(next) {
      now = next;
      const w = next.work, f = w.from, s = w.steps[0];
      title.textContent = `From ${next.source.title}: ${fromWords(f)}`;
      came.textContent = fixed(w.sum);
      if (s?.kind === "norm") {
        [s.x, s.mean, s.variance, s.epsilon, s.gain, s.shift].forEach((v, i) => { lines[i].textContent = i === 3 ? number(v) : fixed(v, 3); });
        formula.textContent = `(${fixed(s.x)} − ${bracket(s.mean)}) / √${fixed(s.variance)} · ${bracket(s.gain)} + ${bracket(s.shift)}`;
      }
      curve?.(next);
      total.textContent = `= ${fixed(w.total)}`;
      tellSentence(node, next);
    },
  };
}

// ---- pieces
const drawing = (width) => svg("svg", { width, height: 264, role: "group" });
function text(parent, x, y, words, kind = "", anchor = "start") {
  const node = svg("text", { x, y, class: kind || null, "text-anchor": anchor === "start" ? null : anchor }, words);
  parent.append(node);
  return node;
}
function withSentence(node) {
  const wrapped = html("div", {}, node);
  wrapped.append(html("div", { class: "sentence" }));
  return wrapped;
}
function tellSentence(node, facts) {
  const line = node.nextSibling, words = sentence(facts);
  if (line && line.textContent !== words) line.textContent = words;
}

// A block of coloured cells with their numbers where they fit.
function grid(parent, x, y, rows, columns, size) {
  const gap = size >= 12 ? 1 : 0, digits = size >= 27 ? 2 : size >= 20 ? 1 : -1;
  const cells = [], listeners = [];
  for (let i = 0; i < rows * columns; i++) {
    const cx = x + (i % columns) * size, cy = y + Math.floor(i / columns) * size;
    const rect = svg("rect", { x: cx, y: cy, width: size - gap, height: size - gap });
    const words = digits < 0 ? null : svg("text", { x: cx + (size - gap) / 2, y: cy + size / 2 + 4, "text-anchor": "middle", class: "in", style: size < 31 ? "font-size: 9.5px" : null });
    parent.append(rect);
    if (words) { words.style.pointerEvents = "none"; parent.append(words); }
    rect.addEventListener("pointerenter", () => listeners.forEach((f) => f(i)));
    rect.addEventListener("pointerleave", () => listeners.forEach((f) => f(-1)));
    cells.push({ rect, words });
  }
  const ring = svg("rect", { width: size - gap, height: size - gap, fill: "none", style: "stroke: var(--text); stroke-width: 2px; pointer-events: none; display: none" });
  parent.append(ring);
  return {
    onHover: (f) => listeners.push(f),
    light(i) {
      ring.style.display = i < 0 ? "none" : "";
      if (i < 0) return;
      ring.setAttribute("x", x + (i % columns) * size);
      ring.setAttribute("y", y + Math.floor(i / columns) * size);
    },
    update(values, scale, limit, padded) {
      const part = parent.closest(".part");
      if (!part) return;
      cells.forEach(({ rect, words }, i) => {
        const v = values[i], outside = padded?.[i];
        const shade = scale === "pixels" ? (v - limit.low) / (limit.high - limit.low || 1) : v / (limit || 1);
        rect.setAttribute("fill", outside ? "transparent" : colourOf(part, scale, shade, 1));
        rect.setAttribute("stroke", outside ? "var(--control)" : "none");
        rect.setAttribute("stroke-dasharray", outside ? "2 2" : "");
        if (!words) return;
        words.textContent = digits === 1 ? short(v) : fixed(v);
        const dark = part.dataset.theme === "dark";
        const swap = scale === "pixels" ? (dark ? shade > 0.5 : shade <= 0.5) : scale === "amount" && shade > (dark ? 0.68 : 0.55);
        words.setAttribute("class", swap && !outside ? "in on-dark" : "in");
      });
    },
  };
}

// The graph of a non-linearity with the number on it.
function curveOf(parent, x, y, width, height) {
  const group = svg("g", { transform: `translate(${x} ${y})` });
  const across = svg("line", { style: "stroke: var(--rule)" }), up = svg("line", { style: "stroke: var(--rule)" });
  const path = svg("path", { fill: "none", style: "stroke: var(--control); stroke-width: 2px" }), drop = svg("path", { fill: "none", "stroke-dasharray": "2 3", style: "stroke: var(--text)" });
  const dot = svg("circle", { r: 5, style: "stroke: var(--page); stroke-width: 1.5px" }), label = svg("text", { "text-anchor": "start", class: "strong" });
  group.append(across, up, path, drop, dot, label);
  parent.append(group);
  return (facts) => {
    const step = facts.work.steps.findLast?.((s) => s.kind === "act"), curve = facts.arrays.curve;
    group.style.display = step && curve ? "" : "none";
    if (!step || !curve) return;
    const n = curve.shape[1], xs = curve.values.subarray(0, n), ys = curve.values.subarray(n);
    const [x0, x1] = [xs[0], xs[n - 1]], y0 = Math.min(...ys, -0.1 * x1), y1 = Math.max(...ys);
    const px = (v) => ((v - x0) / (x1 - x0)) * width, py = (v) => height - ((v - y0) / (y1 - y0)) * height;
    path.setAttribute("d", Array.from(xs, (v, i) => `${i ? "L" : "M"}${px(v).toFixed(1)} ${py(ys[i]).toFixed(1)}`).join(""));
    for (const [line, a, b, c, d] of [[across, 0, py(0), width, py(0)], [up, px(0), 0, px(0), height]]) {
      line.setAttribute("x1", a); line.setAttribute("y1", b); line.setAttribute("x2", c); line.setAttribute("y2", d);
    }
    drop.setAttribute("d", `M${px(step.x)} ${py(0)}V${py(step.y)}H${px(0)}`);
    dot.setAttribute("cx", px(step.x)); dot.setAttribute("cy", py(step.y));
    dot.style.fill = step.y < 0 ? "var(--negative)" : step.y > 0 ? "var(--positive)" : "var(--control)";
    label.setAttribute("x", width + 10); label.setAttribute("y", 14);
    label.textContent = step.name;
  };
}

// Two decimals without the leading zero, one above 1: −.12, 1.3.
const short = (v) => (Math.abs(v) < 0.995 ? fixed(v).replace("0.", ".") : fixed(v, 1));
const strongest = (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
const fromShort = (f) => (f.maps ? `map ${f.channel + 1} (${f.row + 1}, ${f.column + 1})` : `number ${f.channel + 1}`);
const bracket = (v) => (v < 0 ? `(${fixed(v)})` : fixed(v));
function place(node, x, y, w, h) {
  Object.assign(node.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
}
const fromWords = (f) => (f.maps ? `map ${f.channel + 1}, row ${f.row + 1}, column ${f.column + 1}` : `number ${f.channel + 1}`);
function placeOf({ row_of_numbers: oneRow, answer, channel, row, column, title }) {
  if (answer) return `Answer ${answer.names[channel] ?? channel + 1}`;
  return oneRow ? `${title}, number ${channel + 1}` : `Map ${channel + 1}, row ${row + 1}, column ${column + 1}`;
}
function shareWords({ answer, logits, channel }) {
  if (answer.kind !== "classes") return "";
  if (logits.length === 1) return `sigmoid: 1 / (1 + e^${fixed(-logits[0])}) = ${fixed(answer.values.at(-1) ?? NaN)} for ${answer.names.at(-1)}`;
  const total = logits.reduce((a, v) => a + Math.exp(v), 0);
  return `softmax: e^${fixed(logits[channel])} / ${number(total)} = ${fixed(answer.values[channel] ?? NaN, 4)}`;
}

// One line in words: how many products, and what is done to the sum, here and in the layers that follow.
export function sentence(facts) {
  const { work: w, after } = facts, starts = {
    conv: () => `${count(w.inputs * w.kernel ** 2)} products${w.bias === null ? "" : " and the bias"}`,
    dense: () => `${count(w.inputs)} products${w.bias === null ? "" : " and the bias"}`,
    pool: () => (w.how === "max" ? "one of the window’s numbers is passed on" : "the window’s mean, padding counted as 0"),
    global: () => (w.how === "max" ? "one number for the whole map" : "the whole map as one number"),
    sum: () => (w.terms.length > 1 ? "the shortcut adds what came in" : "without its shortcut"),
    same: () => (w.steps.length ? "" : "passed on as it is"),
  };
  const steps = [...w.steps, ...after], next = w.steps.length ? "" : "next ";
  const kept = (step) => Math.abs(step.x - step.y) < 5e-7 * Math.max(1, Math.abs(step.x)), result = (step) => (step.y ? fixed(step.y) : 0);
  const told = steps.length === 1
    ? `${next}${steps[0].name} ${kept(steps[0]) ? `leaves ${result(steps[0])} as it is` : `makes it ${result(steps[0])}`}`
    : `${steps.length ? next : ""}${steps.map((step) => `${step.name} → ${result(step)}`).join(", ")}`;
  const parts = [starts[w.kind]?.() ?? "", told];
  return parts.filter(Boolean).join("; ");
}
