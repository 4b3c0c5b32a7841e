// Two models on the same image: where the one that attends looks, and how it and the CNN beside it stand.
// facts: dlplay/probes/beside.py. No acts.
import { paint } from "./codes.js";
import { count, fixed, html, percent, put } from "./dom.js";
import { photo } from "./fields.js";
import { legend } from "./legend.js";
import { token } from "./theme.js";

const LOOK = `
.beside .table { display: grid; grid-template-columns: minmax(0, 84px) minmax(0, 1fr) minmax(0, 1fr); gap: 6px 12px; font-size: 12px; line-height: 18px; margin-top: 8px; }
.beside .table b { font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.beside .table .rule { grid-column: 1 / -1; border-top: 1px solid var(--rule); }
.beside .well { height: 8px; background: var(--raised); border-radius: 2px; overflow: hidden; }
.beside .fill { height: 100%; transform-origin: left; background: var(--strong); }
.beside .news { min-height: 32px; font-size: 12px; line-height: 16px; margin-top: 8px; }
.beside .seen { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 16px; border-top: 1px solid var(--rule); margin-top: 8px; padding-top: 8px; align-items: start; }
.beside .seen .head { font-size: 12px; line-height: 16px; height: 20px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.beside .legend { margin-top: 6px; }
.beside .looks { display: grid; gap: 4px; justify-content: start; max-height: 190px; overflow: hidden auto; scrollbar-width: thin; align-items: center; }
.beside .looks .layer { font-size: 11px; line-height: 14px; color: var(--muted); white-space: nowrap; padding-right: 4px; }
.beside .looks canvas { width: 100%; }
`;
const IMAGE = 112, LARGEST = 48, LEAST = 12, ROOM = 240, SAID = 46; // pixels: of the image, of a map at most and at least, of all in a line, of a layer's name

export function mount(root) {
  const image = html("canvas", { class: "pixelated", role: "img" }), from = html("b"), key = legend({ tag: "span" }), looks = html("div", { class: "looks", role: "img" });
  const table = html("div", { class: "table" }), news = html("div", { class: "news" });
  const rows = ["", "parameters", "steps", "accuracy", "", "learning rate", "this image"].map((words) => {
    const cells = [html("span", { class: "muted" }, words), html("span"), html("span")];
    table.append(...cells);
    return cells;
  });
  const fills = rows[4].slice(1).map((cell) => { const fill = html("div", { class: "fill" }); cell.append(html("div", { class: "well" }, fill)); return fill; });
  for (const cell of rows[0].slice(1)) cell.append(html("b"));
  const right = html("div", {}, html("div", { class: "head" }, from), looks, key.node);
  const seen = html("div", { class: "seen" }, html("div", {}, html("div", { class: "head" }, html("b", {}, "The image")), image), right);
  root.append(html("style", {}, LOOK), html("div", { class: "title" }, "The same data, two ways of seeing"), table, news, seen);
  let facts = null, made = "", maps = [];

  function build(layers, heads) {
    const signature = `${layers} ${heads}`;
    if (signature === made) return;
    made = signature;
    const side = Math.max(LEAST, Math.min(LARGEST, Math.floor((ROOM - SAID) / heads) - 4));
    looks.style.gridTemplateColumns = `auto repeat(${heads}, ${side}px)`;
    maps = [];
    const nodes = [];
    for (let layer = 0; layer < layers; layer++) {
      nodes.push(html("span", { class: "layer" }, `layer ${layer + 1}`));
      for (let head = 0; head < heads; head++) { const canvas = html("canvas", { class: "pixelated", title: `layer ${layer + 1}, head ${head + 1}` }); maps.push(canvas); nodes.push(canvas); }
    }
    looks.replaceChildren(...nodes);
  }
  function draw() {
    const { shape, values } = facts.arrays.looks, [layers, heads, high, wide] = shape, n = high * wide, most = values.reduce((a, b) => Math.max(a, b), 1e-9);
    build(layers, heads);
    maps.forEach((canvas, i) => paint(root, canvas, values.subarray(i * n, (i + 1) * n), high, wide, "amount", most));
    key.set({ low: "0", high: fixed(most), scale: "amount" });
    looks.setAttribute("aria-label", `How much the ${facts.looks.from} looks at each part of the image: a map for each of ${heads} heads in ${layers} layers`);
  }
  const score = (value, name) => (value === null ? "–" : name === "accuracy" ? percent(value) : fixed(value, 3));

  function update(next) {
    facts = next;
    root.style.setProperty("--strong", token(root, "amount")[4]);
    const { models, score_name: name, used, all } = facts.beside;
    models.forEach((one, i) => {
      put(rows[0][i + 1].firstChild, one.name);
      put(rows[1][i + 1], count(one.parameters));
      put(rows[2][i + 1], count(one.step));
      put(rows[3][i + 1], `${score(one.score, name)}${one.of === one.step || one.score === null ? "" : ` at step ${count(one.of)}`}`);
      fills[i].style.transform = `scaleX(${Math.max(0, Math.min(1, one.score ?? 0))})`;
      put(rows[5][i + 1], String(one.rate));
      const said = i ? facts.answer : facts.said, share = said.values[said.said];
      put(rows[6][i + 1], `${said.names[said.said]} · ${share === null ? "–" : fixed(share)}`);
    });
    put(rows[3][0], name);
    rows[3][0].title = `of ${used === all ? "" : `${count(used)} of `}${count(all)} held-out examples`;
    put(news, sentence());
    photo(image, facts.arrays.image.values, facts.arrays.image.shape);
    const [, high, wide] = facts.arrays.image.shape, scale = IMAGE / Math.max(high, wide);
    image.style.width = `${wide * scale}px`;
    image.style.height = `${high * scale}px`;
    image.setAttribute("aria-label", "The chosen image");
    right.style.display = facts.looks ? "" : "none";
    if (facts.looks) { put(from, `Where the ${facts.looks.from} looks`); draw(); }
  }
  function sentence() {
    const { models: [one, other], goal, most, done, share, broken } = facts.beside;
    const way = "Trained here on the same split, seed and batches";
    if (broken) return `${way}. The CNN's numbers left the finite at step ${count(other.step + 1)}; it stays at step ${count(other.step)}.`;
    if (!done) return `${way}: ${count(goal - other.step)} more steps to go. It takes at most ${Math.round(100 * share)} % of the time while the run plays, and catches up when it pauses.`;
    if (one.step > most) return `${way}, for ${count(most)} steps at the most.`;
    return one.step === other.step ? `${way}, for as many steps.` : `${way}. Of the CNN the step kept nearest before is shown.`;
  }
  return { update };
}
