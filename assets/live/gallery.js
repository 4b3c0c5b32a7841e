// The chosen image or film, others to choose from, and a board to draw one's own. A class is a name, or a caption.
// facts: dlplay/probes/gallery.py. Acts: example {part, index}, order {value}, pixels {pixels: rows of 0 to 1},
// upload {size, file: base64, empty when the file is larger than is read}.
import { onHover } from "./bus.js";
import { html, speaker, svg } from "./dom.js";
import { frameOn, photo } from "./fields.js";

const STYLE = `
.gallery { height: 112px; user-select: none; }
.gallery .top { height: 26px; gap: 4px; margin-bottom: 2px; }
.gallery .top .words { flex: 1; min-width: 0; font-size: 12px; line-height: 13px; max-height: 26px; overflow: hidden; padding-left: 4px; }
.gallery .top select { height: 26px; min-height: 26px; padding: 0 6px; font-size: 12px; line-height: 16px; }
.gallery .top select { padding: 0 2px; background: var(--page); color: var(--muted); }
.gallery .body { display: flex; gap: 8px; }
.gallery .side { display: flex; flex-direction: column; gap: 3px; width: 50px; flex: none; }
.gallery .side > div { display: flex; gap: 4px; }
.gallery .side button { flex: 1; padding: 0; height: 26px; min-height: 26px; font-size: 12px; line-height: 16px; flex: none; }
.gallery .side > div button { flex: 1; }
.gallery .chosen { position: relative; width: 84px; height: 84px; flex: none; }
.gallery .chosen > * { position: absolute; }
.gallery .middle { flex: 1; min-width: 0; }
.gallery .captions { height: 38px; font-size: 12px; line-height: 16px; overflow: hidden; margin-bottom: 4px; }
.gallery .captions div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.gallery .captioned .thumbs { height: 46px; }
.gallery .thumbs { display: flex; flex-wrap: wrap; gap: 6px; padding: 3px; margin: -3px; align-content: flex-start; height: 90px; overflow: hidden; }
.gallery .thumb { position: relative; width: 38px; height: 38px; cursor: pointer; border-radius: 2px; display: flex; align-items: center; justify-content: center; }
.gallery .thumb canvas { max-width: 38px; max-height: 38px; }
.gallery .thumb.on { box-shadow: 0 0 0 1px var(--page), 0 0 0 3px var(--text); }
.gallery .thumb.preview { box-shadow: 0 0 0 1px var(--text); }
.gallery .wrong::after { content: "×"; position: absolute; right: -3px; bottom: -3px; width: 12px; height: 12px; border-radius: 6px; background: var(--errorFill); color: var(--errorText); font: 700 11px/12px var(--fontText); text-align: center; }
.gallery .board { position: fixed; inset: auto; margin: 0; padding: 12px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); color: var(--text); box-shadow: 0 4px 16px rgb(0 0 0 / 0.18); width: 250px; }
.gallery .board canvas { width: 224px; touch-action: none; cursor: crosshair; border: 1px solid var(--border); border-radius: 2px; }
.gallery .board .tools { display: flex; gap: 6px; align-items: center; margin-top: 8px; font-size: 12px; flex-wrap: wrap; }
@media (pointer: coarse) {
  .gallery { height: auto; } .gallery .top { height: 44px; } .gallery .top select { height: 40px; }
  .gallery .body { flex-wrap: wrap; } .gallery .side { flex-direction: row; width: 100%; gap: 8px; } .gallery .side > div { flex: 1.2; gap: 8px; }
  .gallery .captions { height: auto; } .gallery .captions div { white-space: normal; }
  .gallery .side button, .gallery .side > div button, .gallery .board button { height: 44px; font-size: 14px; flex: 1; }
}
.gallery .board .tools input { flex: 1; min-width: 60px; padding: 0; accent-color: var(--primary); }
`;

export function mount(root, act) {
  root.append(html("style", {}, STYLE));
  const words = html("span", { class: "words muted" });
  const step = (by) => html("button", { type: "button", "aria-label": by < 0 ? "Image before" : "Next image", title: by < 0 ? "[" : "]", onclick: () => go(by) }, by < 0 ? "‹" : "›");
  const part = picker([["held-out", "held-out"], ["train", "train"]], "Part of the data", (value) => act({ do: "example", part: value, index: 0 }));
  const order = picker([["data", "in order"], ["worst", "worst first"], ["best", "best first"]], "Order", (value) => act({ do: "order", value }));
  const draw = html("button", { type: "button", "aria-expanded": "false", onclick: () => board.toggle() }, "Draw");
  const upload = uploadOf(act, (width, height) => { waits = { came: [height, width], before: facts.arrays.image.values }; });
  const image = html("canvas", { class: "pixelated", role: "img" }), overlay = svg("svg", { style: "overflow: hidden; inset: 0" });
  const preview = frameOn(overlay, { width: 1.5 }), cuts = svg("path", { fill: "none", stroke: "var(--control)", "stroke-width": 1 });
  overlay.append(cuts);
  const chosen = html("div", { class: "chosen" }, image, overlay);
  const title = html("span", { class: "title" }, "Image");
  const truly = html("div"), says = html("div"), captions = html("div", { class: "captions", hidden: true }, truly, says);
  const thumbs = html("div", { class: "thumbs", tabindex: "0", role: "listbox", "aria-label": "Images to choose from" });
  root.append(
    html("div", { class: "spread top" }, title, words, part.node, order.node),
    html("div", { class: "body" }, chosen, html("div", { class: "middle" }, captions, thumbs), html("div", { class: "side" }, draw, upload.button, upload.file, html("div", {}, step(-1), step(1)))),
  );
  const say = speaker(root), board = boardOf(root, draw, (drawn) => { came = waits = null; act(drawn); });
  let facts = null, shown = [], scale = 1, seen = null, cursor = -1, came = null, waits = null; // the size an uploaded image came in, rows and columns; one that is not shown yet

  function go(by) {
    if (!facts) return;
    const { example, items, order: how, part: where } = facts;
    if (how !== "data") {
      const at = items.findIndex((item) => item.index === example.index && where === example.part), to = items[(at + by + items.length) % items.length];
      if (to) act({ do: "example", part: where, index: to.index });
      return;
    }
    const index = (example.index + (example.own ? 0 : by) + example.count) % example.count;
    act({ do: "example", part: example.part, index });
  }
  const pick = (item) => act({ do: "example", part: facts.part, index: item.index });

  function fill() {
    const { thumbs: pixels } = facts.arrays, [count, channels, rows, columns] = pixels.shape, size = channels * rows * columns;
    const fits = lines() * Math.max(1, Math.floor((thumbs.clientWidth + 6) / 44)), number = Math.min(count, fits);
    while (shown.length < number) {
      const canvas = html("canvas", { class: "pixelated" }), node = html("div", { class: "thumb", role: "option" }, canvas), at = shown.length;
      node.addEventListener("click", () => pick(facts.items[shownFrom + at]));
      shown.push({ node, canvas });
      thumbs.append(node);
    }
    while (shown.length > number) shown.pop().node.remove();
    const here = facts.example.own || facts.part !== facts.example.part ? -1 : facts.items.findIndex((item) => item.index === facts.example.index);
    shownFrom = here >= number ? count - number : 0;
    shown.forEach(({ node, canvas }, i) => {
      const item = facts.items[shownFrom + i], wide = Math.max(rows, columns);
      photo(canvas, pixels.values, [channels, rows, columns], (shownFrom + i) * size);
      canvas.style.width = `${(38 * columns) / wide}px`;
      canvas.style.height = `${(38 * rows) / wide}px`;
      const on = shownFrom + i === here, wrong = item.true !== null && item.said !== null && item.said !== item.true;
      node.classList.toggle("on", on);
      node.classList.toggle("preview", i === cursor);
      node.classList.toggle("wrong", wrong);
      node.setAttribute("aria-selected", String(on));
      const label = itemWords(item);
      if (node.title !== label) { node.title = label; node.setAttribute("aria-label", label); }
    });
  }
  let shownFrom = 0;
  const lines = () => (captioned() ? 1 : 2), captioned = () => typeof facts.true === "string" || typeof facts.said === "string";
  const what = () => (facts.image.frames > 1 ? "Film" : "Image");
  const named = (answer) => (typeof answer === "string" ? answer : facts.names[answer]);
  function itemWords(item) {
    const which = `${what().toLowerCase()} ${item.index + 1}`;
    if (item.true === null) return which;
    const said = item.said === null ? "" : item.said === item.true ? ", right" : `, taken for ${named(item.said) || "nothing"}`;
    return `${which}: ${named(item.true)}${said}${item.share === null ? "" : ` with ${item.share.toFixed(2)}`}`;
  }

  thumbs.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -Math.ceil(shown.length / lines()), ArrowDown: Math.ceil(shown.length / lines()) };
    if (steps[event.key]) {
      cursor = Math.min(shown.length - 1, Math.max(0, cursor + steps[event.key]));
      say(itemWords(facts.items[shownFrom + cursor]));
    } else if (event.key === "Enter" && cursor >= 0) pick(facts.items[shownFrom + cursor]);
    else if (event.key === "Escape") cursor = -1;
    else return;
    event.preventDefault();
    fill();
  });
  thumbs.addEventListener("blur", () => { cursor = -1; if (facts) fill(); });

  // [ and ] work wherever the focus is, except where somebody types.
  const keys = (event) => {
    const target = event.composedPath()[0];
    if (!["[", "]"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (/^(input|textarea|select)$/i.test(target?.tagName ?? "") || target?.isContentEditable) return;
    event.preventDefault();
    go(event.key === "[" ? -1 : 1);
  };
  document.addEventListener("keydown", keys);
  const quiet = onHover((what) => { seen = what?.kind === "cell" ? what.span ?? null : null; preview(seen, scale); });
  preview(null);
  const watch = new ResizeObserver(() => { if (facts) fill(); });
  watch.observe(thumbs);

  return {
    update(next) {
      facts = next;
      const [channels, rows, columns] = facts.image.shape, { frames, across } = facts.image, { example, true: truth } = facts;
      photo(image, facts.arrays.image.values, facts.image.shape);
      if (waits && facts.arrays.image.values.some((value, i) => value !== waits.before[i])) { came = waits.came; waits = null; }
      scale = frames > 1 ? Math.min(84 / rows, 168 / columns) : 84 / Math.max(rows, columns);
      chosen.style.width = `${Math.max(84, scale * columns)}px`;
      for (const node of [image, overlay]) { node.style.width = `${scale * columns}px`; node.style.height = `${scale * rows}px`; }
      cuts.setAttribute("d", frames > 1 ? between(scale * rows, scale * columns, Math.ceil(frames / across), across) : "");
      preview(seen, scale);
      const mine = came && (came[0] !== rows || came[1] !== columns) ? `your own, fitted from ${came[0]} × ${came[1]} pixels` : "your own";
      const name = example.own ? mine : truth === null ? "" : `truly ${named(truth)}`;
      words.textContent = example.own ? mine : [`${(example.index + 1).toLocaleString("en-US")} of ${example.count.toLocaleString("en-US")}`, captioned() ? "" : name].filter(Boolean).join(" · ");
      words.title = words.textContent;
      if (title.textContent !== what()) title.textContent = what();
      captions.hidden = !captioned();
      chosen.parentNode.classList.toggle("captioned", captioned());
      if (captioned()) {
        truly.textContent = example.own ? mine : `truly: ${named(truth)}`;
        says.textContent = facts.said === null ? "" : `model: ${facts.said || "nothing"}`;
        for (const node of [truly, says]) node.title = node.textContent;
      }
      const size = `${rows / Math.ceil(frames / across)} × ${columns / across} pixels`;
      image.setAttribute("aria-label", `The chosen ${frames > 1 ? `film, ${frames} frames side by side` : "image"}, ${[name, captioned() && facts.said !== null ? `the model says ${facts.said || "nothing"}` : "", size].filter(Boolean).join(", ")}`);
      draw.hidden = upload.button.hidden = !facts.takes;
      part.set(facts.part);
      order.set(facts.order);
      if (facts.takes) board.shape([channels, rows, columns], facts.arrays.image.values);
      fill();
    },
    end() { quiet(); watch.disconnect(); document.removeEventListener("keydown", keys); board.end(); },
  };
}

// Lines between the frames of a film that stands in some lines of so many.
function between(height, width, lines, across) {
  const upright = Array.from({ length: across - 1 }, (_, i) => `M${(width * (i + 1)) / across} 0V${height}`);
  const level = Array.from({ length: lines - 1 }, (_, i) => `M0 ${(height * (i + 1)) / lines}H${width}`);
  return [...upright, ...level].join("");
}

// A board of the data's own size, drawn on with a soft brush by mouse, finger or keys. It floats above the page.
function boardOf(root, opener, act) {
  const canvas = html("canvas", { class: "pixelated", tabindex: "0", role: "application", "aria-label": "Board to draw on: arrows move the brush, Space paints" });
  const size = html("input", { type: "range", min: "0.4", max: "2.5", step: "0.1", value: "0.9", "aria-label": "Brush size in pixels" });
  const close = html("button", { type: "button", onclick: () => toggle(false) }, "Close");
  const board = html("div", { class: "board", popover: "manual", role: "dialog", "aria-label": "Draw an image" },
    html("div", { class: "small muted", style: "margin-bottom:6px" }, "Draw; the pictures follow"), canvas,
    html("div", { class: "tools" }, "brush", size, html("button", { type: "button", onclick: () => { ink.fill(0); changed(); } }, "Clear")),
    html("div", { class: "tools" }, html("button", { type: "button", onclick: () => { begin(); changed(); } }, "From this image"), html("span", { style: "flex:1" }), close));
  root.append(board);
  let rows = 0, columns = 0, ink = new Float32Array(0), image = null, channels = 1, last = null, cursor = null, timer = 0, open = false;

  function begin() {
    const area = rows * columns;
    for (let i = 0; i < area; i++) {
      ink[i] = 0;
      for (let c = 0; c < channels; c++) ink[i] += image[c * area + i] / 255 / channels;
    }
  }
  function paint() {
    const context = canvas.getContext("2d"), picture = context.createImageData(columns, rows);
    ink.forEach((v, i) => { picture.data[4 * i] = picture.data[4 * i + 1] = picture.data[4 * i + 2] = 255 * v; picture.data[4 * i + 3] = 255; });
    if (cursor) picture.data[4 * (cursor[1] * columns + cursor[0]) + 2] = 128 + (picture.data[4 * (cursor[1] * columns + cursor[0]) + 2] < 128 ? 127 : -128);
    context.putImageData(picture, 0, 0);
  }
  // A stroke sends at once, then at most five times a second; its end is always sent.
  function changed() {
    paint();
    if (timer) return;
    timer = setTimeout(() => { timer = 0; send(); }, 200);
  }
  function send() {
    act({ do: "pixels", pixels: Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => Math.round(1000 * ink[r * columns + c]) / 1000)) });
  }
  // Ink falls off like a Gaussian; overlapping strokes never get darker again.
  function dab(x, y, erase) {
    const width = Number(size.value) * Math.max(1, columns / 24);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
      const d2 = (c + 0.5 - x) ** 2 + (r + 0.5 - y) ** 2, v = Math.min(1, 1.25 * Math.exp(-d2 / (1.3 * width * width))), i = r * columns + c;
      ink[i] = erase ? Math.min(ink[i], 1 - v) : Math.max(ink[i], v < 0.03 ? 0 : v);
    }
  }
  function spot(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * columns, ((event.clientY - box.top) / box.height) * rows];
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = spot(event);
    dab(...last, event.button === 2);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = spot(event), steps = Math.ceil(2 * Math.hypot(next[0] - last[0], next[1] - last[1])) || 1;
    for (let k = 1; k <= steps; k++) dab(last[0] + ((next[0] - last[0]) * k) / steps, last[1] + ((next[1] - last[1]) * k) / steps, event.buttons === 2);
    last = next;
    changed();
  });
  const lift = () => { last = null; };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    cursor ??= [columns >> 1, rows >> 1];
    if (by) cursor = [Math.min(columns - 1, Math.max(0, cursor[0] + by[0])), Math.min(rows - 1, Math.max(0, cursor[1] + by[1]))];
    else if (event.key === " " || event.key === "Enter") { dab(cursor[0] + 0.5, cursor[1] + 0.5, false); changed(); }
    else if (event.key === "Escape") toggle(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
    paint();
  });
  canvas.addEventListener("blur", () => { cursor = null; paint(); });
  board.addEventListener("keydown", (event) => { if (event.key === "Escape") { toggle(false); event.preventDefault(); } });

  // Beside the picture where there is room, so that the maps stay in sight; below the opener on small screens.
  function toggle(wanted = !open) {
    open = wanted;
    opener.setAttribute("aria-expanded", String(open));
    opener.setAttribute("aria-pressed", String(open));
    if (!open) { board.hidePopover(); opener.focus(); return; }
    board.showPopover();
    const box = root.getBoundingClientRect(), left = box.left > 270 ? box.left - 266 : Math.min(box.left + 8, innerWidth - 258);
    const top = box.left > 270 ? box.top : box.bottom + 4;
    board.style.left = `${Math.max(4, left)}px`;
    board.style.top = `${Math.max(4, Math.min(top, innerHeight - board.offsetHeight - 8))}px`;
    paint();
    canvas.focus({ preventScroll: true });
  }
  return {
    toggle,
    shape([c, r, w], values) {
      channels = c; image = values;
      if (r === rows && w === columns) return;
      rows = r; columns = w;
      ink = new Float32Array(r * w);
      canvas.width = w; canvas.height = r;
      canvas.style.height = `${(224 * r) / w}px`;
      paint();
    },
    end() { clearTimeout(timer); board.remove(); },
  };
}

const LARGEST_FILE = 4 * 1024 * 1024;
// A button that takes a PNG or JPEG file. What is in it is for the server to judge.
// sized: called with the width and height of a picture that the browser can read.
function uploadOf(act, sized) {
  const file = html("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, tabindex: "-1", "aria-hidden": "true" });
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    file.value = "";
    if (!chosen) return;
    if (chosen.size > LARGEST_FILE) { act({ do: "upload", size: chosen.size, file: "" }); return; }
    createImageBitmap(chosen).then((picture) => sized(picture.width, picture.height), () => {}); // the server says what is wrong
    const reader = new FileReader();
    reader.addEventListener("load", () => act({ do: "upload", size: chosen.size, file: reader.result.slice(reader.result.indexOf(",") + 1) }));
    reader.readAsDataURL(chosen);
  });
  return { file, button: html("button", { type: "button", title: "A PNG or JPEG picture of your own", onclick: () => file.click() }, "Upload") };
}

function picker(options, label, chosen) {
  const node = html("select", { "aria-label": label }, ...options.map(([value, words]) => html("option", { value }, words)));
  node.addEventListener("change", () => chosen(node.value));
  return { node, set: (value) => { if (node.value !== value) node.value = value; } };
}
