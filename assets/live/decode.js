// One step of a target: the tokens that could come next, what was read for it, and the state it comes from.
// facts: dlplay/probes/decoding.py. Acts: release.
import { onHover } from "./bus.js";
import { paint } from "./codes.js";
import { fixed, html, number } from "./dom.js";
import { token } from "./theme.js";

const LOOK = `
.decode { height: 208px; font-size: 12px; line-height: 16px; }
.decode .head { display: flex; gap: 8px; height: 20px; align-items: baseline; white-space: nowrap; overflow: hidden; }
.decode .head .muted { overflow: hidden; text-overflow: ellipsis; }
.part.decode .release { margin-left: auto; border: 0; background: none; padding: 0 6px; min-height: 0; font-size: 16px; line-height: 20px; }
.decode .next { display: grid; grid-template-columns: minmax(40px, 26%) minmax(0, 1fr) 46px; column-gap: 8px; row-gap: 2px; margin: 4px 0 2px; align-items: center; height: 88px; grid-auto-rows: 16px; }
.decode .next .word { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; text-align: right; }
.decode .next .word.said { font-weight: 650; }
.decode .next .well { height: 10px; background: var(--raised); border-radius: 2px; overflow: hidden; }
.decode .next .fill { height: 100%; background: var(--strong); transform-origin: left; }
.decode .next .number { text-align: right; }
.decode .strip { margin-top: 4px; }
.decode .strip canvas { width: 100%; height: 10px; margin-top: 2px; }
.decode .strip .spread { height: 16px; white-space: nowrap; overflow: hidden; }
@media (pointer: coarse) { .decode { height: 232px; } .part.decode .release { min-width: 44px; line-height: 36px; } }
`;
const MOST = 5;

export function mount(root, act) {
  root.append(html("style", {}, LOOK));
  const title = html("span", { class: "title" }), where = html("span", { class: "muted" });
  const cross = html("button", { class: "release", "aria-label": "Release", title: "Release (Esc)", onclick: () => act({ do: "release" }) }, "×");
  const next = html("div", { class: "next", role: "img" });
  const rows = Array.from({ length: MOST }, () => {
    const word = html("span", { class: "word" }), fill = html("div", { class: "fill" }), share = html("span", { class: "number" });
    const well = html("div", { class: "well" }, fill);
    next.append(word, well, share);
    return { word, well, fill, share };
  });
  const strip = () => {
    const words = html("span"), range = html("span", { class: "muted number" }), canvas = html("canvas", { class: "pixelated", role: "img" });
    return { words, range, canvas, node: html("div", { class: "strip" }, html("div", { class: "spread" }, words, range), canvas) };
  };
  const strips = [strip(), strip(), strip()];
  root.append(html("div", { class: "head" }, title, where, cross), next, ...strips.map((one) => one.node));
  let facts = null, hovered = null;

  function show(one, words, values, kind) {
    one.node.style.visibility = values ? "visible" : "hidden";
    if (!values) return;
    const limit = kind === "amount" ? 1 : Math.max(1e-9, ...values.map(Math.abs));
    one.words.textContent = words;
    one.range.textContent = kind === "amount" ? "0 to 1" : `${number(-limit, 2)} to ${number(limit, 2)}`;
    one.canvas.setAttribute("aria-label", `${words}, ${one.range.textContent}`);
    paint(root, one.canvas, values, 1, values.length, kind, limit);
  }
  const row = (name, step) => {
    const array = facts.arrays[name];
    return array && array.values.subarray(step * array.shape[1], (step + 1) * array.shape[1]);
  };
  function draw() {
    if (!facts) return;
    root.style.setProperty("--strong", token(root, "amount")[4]);
    const steps = facts.words.length, locked = facts.at !== null && facts.at < steps;
    const step = Math.min(steps - 1, hovered ?? (locked ? facts.at : 0));
    const word = facts.words[step], wanted = facts.wanted?.[step];
    title.textContent = `Step ${step + 1} writes ${word === facts.ends ? "the end" : word}`;
    where.textContent = facts.right === null || facts.right[step] ? "" : wanted ? `wanted ${wanted}` : "behind the end";
    cross.hidden = !locked;
    const likely = facts.next[step];
    rows.forEach((one, i) => {
      const [name, share] = likely[i] ?? ["", null];
      for (const node of [one.word, one.well, one.share]) node.style.visibility = share === null ? "hidden" : "visible";
      if (share === null) return;
      one.word.textContent = name === " " ? "␣" : name === facts.ends ? `${name} end` : name;
      one.word.classList.toggle("said", name === word);
      one.fill.style.transform = `scaleX(${share})`;
      one.share.textContent = share < 0.005 && share > 0 ? "< 0.01" : fixed(share);
    });
    next.setAttribute("aria-label", `Next tokens: ${likely.map(([name, share]) => `${name} ${fixed(share)}`).join(", ")}`);
    const weights = row("alignment", step);
    const best = weights && [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, 2).map((key) => `${facts.source[key]} ${fixed(weights[key])}`);
    show(strips[0], weights ? `looks at ${best.join(", ")}` : "", weights, "amount");
    show(strips[1], "context read", row("context", step), "signed");
    show(strips[2], "decoder state", row("hidden", step), "signed");
  }
  const quiet = onHover((what) => { const step = what?.kind === "query" ? what.step : null; if (step !== hovered) { hovered = step; draw(); } });
  root.addEventListener("keydown", (event) => { if (event.key === "Escape" && !cross.hidden) act({ do: "release" }); });
  return { update(given) { facts = given; draw(); }, end: quiet };
}
