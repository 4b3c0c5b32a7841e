// One weight worked out: query and key, score, scaling, mask, softmax, and the value that flows on.
// facts: dlplay/probes/attention.py. Acts: lock {query, key}, release.
import { onHover } from "./bus.js";
import { fixed, html, put } from "./dom.js";
import { cut } from "./heat/layout.js";
import { CELLS_LOOK, vector } from "./attention/cells.js";
import { products, terms, TERMS_LOOK } from "./attention/terms.js";
import { allowed, headWords, quoted, seenToken } from "./attention/words.js";
import { short } from "./sum.js";
import { token } from "./theme.js";

const LOOK = `${CELLS_LOOK}${TERMS_LOOK}
.weight { outline-offset: 4px; border-radius: 4px; }
.weight .top { height: 28px; }
.weight .body { height: 446px; overflow: hidden auto; scrollbar-width: thin; padding-right: 2px; }
.weight .pair { font-size: 12px; line-height: 18px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin-bottom: 2px; }
.weight .step { display: flex; justify-content: space-between; gap: 8px; font-size: 12px; line-height: 20px; color: var(--muted); }
.weight .step b { color: var(--text); font: 600 12px/20px var(--fontNumber); }
.weight hr { border: 0; border-top: 1px solid var(--rule); margin: 3px 0; }
.weight .softmax { display: grid; grid-template-columns: minmax(0, 1fr) 54px 72px 60px 40px; font-size: 12px; line-height: 17px; align-items: center; overflow: hidden auto; scrollbar-width: thin; }
.weight .softmax > * { text-align: right; white-space: nowrap; overflow: hidden; }
.weight .softmax .of { text-align: left; text-overflow: ellipsis; cursor: pointer; }
.weight .softmax .well { height: 12px; margin: 0 0 0 12px; }
.weight .softmax .fill { height: 12px; min-width: 1px; border-radius: 1px; transform-origin: left; }
.weight .softmax .here { font-weight: 700; background: var(--raised); }
.weight .softmax .well.here { background: none; }
.weight .share { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.weight .softmax > :nth-child(-n+5) { position: sticky; top: 0; background: var(--page); }
.weight .total { font-weight: 650; font-size: 16px; line-height: 24px; margin-top: 4px; }
.part.weight .release { border: 0; background: none; padding: 0 6px; min-height: 0; font-size: 12px; line-height: 20px; color: var(--muted); white-space: nowrap; }
.part.weight .back { border: 0; background: none; padding: 0; min-height: 0; font-size: 12px; text-decoration: underline dotted var(--control); text-underline-offset: 3px; }
@media (max-width: 640px) { .weight .body { height: auto; max-height: 560px; } }
`;

const LINE = 17, LEAST = 5, MANY = 11; // pixels of a line of the softmax, and lines of it that are always in sight, and on a phone at most

export function mount(root, act) {
  const release = html("button", { class: "release", type: "button", tabindex: "-1", title: "Release (Esc)", onclick: () => act({ do: "release" }) }, "locked · ", html("kbd", {}, "Esc"));
  const pair = html("div", { class: "pair" }), q = vector(root, "q", (i) => open("queries", i)), k = vector(root, "k", (i) => open("keys", i)), p = vector(root, "q × k", (i) => open("products", i));
  const step = (words) => { const left = html("span", {}, words), value = html("b"); return { left, value, node: html("div", { class: "step" }, left, value) }; };
  const steps = [step("1 sum of the products"), step("2"), step("bias by distance")];
  const soft = html("div", { class: "softmax" }), total = html("div", { class: "total number" }), said = step("");
  const v = vector(root, "v", (i) => open("values", i), true), mixed = vector(root, "out", (i) => open("mixed", i), true), share = html("div", { class: "small muted share" });
  const vectors = html("div", {}, q.node, k.node, p.node), flow = html("div", {}, html("hr"), share, v.node, mixed.node);
  const back = html("button", { class: "back", type: "button", onclick: () => open(null) }, "‹ back to the weight"), worked = terms(), sentence = html("div", { class: "small" });
  const detail = html("div", {}, back, sentence, worked.node);
  const main = html("div", {}, pair, vectors, ...steps.map((one) => one.node), html("hr"), said.node, soft, total, flow);
  const body = html("div", { class: "body" }, main, detail);
  root.append(html("style", {}, LOOK), html("div", { class: "spread top" }, html("span", { class: "title" }, "One weight, worked out"), release), body);
  root.setAttribute("role", "group");
  let facts = null, at = null, opened = null;

  const row = (name, i) => { const { shape, values } = facts.arrays[name]; return values.subarray(i * shape[1], (i + 1) * shape[1]); };
  const value = (name, query, key) => facts.arrays[name].values[query * facts.keys.length + key];
  const limit = (...all) => Math.max(1e-9, ...all.map((values) => values.reduce((most, one) => Math.max(most, Math.abs(one)), 0)));
  const here = () => {
    const one = at?.query !== undefined && at?.query !== null ? at : facts.at ?? { query: Math.min(1, facts.queries.length - 1), key: null };
    return { query: one.query, key: one.key ?? best(one.query) };
  };
  function best(query) {
    let found = 0;
    for (let key = 1; key < facts.keys.length; key++) if (value("weights", query, key) > value("weights", query, found)) found = key;
    return found;
  }
  function open(kind, index) {
    opened = kind === null || (opened?.kind === kind && opened.index === index) ? null : { kind, index };
    draw();
  }

  function draw() {
    if (!facts) return;
    const isHead = typeof facts.shown.head === "number", { query, key } = here();
    release.style.visibility = facts.at ? "visible" : "hidden";
    if (!isHead) opened = null;
    main.style.display = isHead && !opened ? "" : "none";
    detail.style.display = isHead && !opened ? "none" : "";
    back.style.display = opened ? "" : "none";
    if (!isHead) return facts.shown.head === "mean" ? mean(query, key) : rollout(query, key);
    if (opened) return number(query, key);
    head(query, key);
  }

  function head(query, key) {
    const a = row("q", query), b = row("k", key), each = Float32Array.from(a, (one, i) => one * b[i]), sum = each.reduce((x, y) => x + y, 0);
    const may = allowed(facts, query, key), scaled = sum * facts.scale, bias = value("scores", query, key) - scaled, both = limit(a, b);
    put(pair, `query ${quoted(facts.queries[query])} · key ${quoted(facts.keys[key])}`);
    q.update(a, both, null, "query");
    k.update(b, both, null, "key");
    p.update(each, limit(each), null, "product");
    put(steps[0].value, short(sum));
    put(steps[1].left, facts.scale === 1 ? "2 not scaled here" : `2 divided by √${facts.width} = ${fixed(Math.sqrt(facts.width))}`);
    put(steps[1].value, short(scaled));
    steps[2].node.style.display = facts.biased ? "" : "none";
    put(steps[2].value, `${bias < 0 ? "−" : "+"} ${fixed(Math.abs(bias))} = ${fixed(scaled + bias)}`);
    const softmaxed = softmax(query, key);
    put(said.left, `3 ${facts.causal ? (may ? "mask: not in the future, allowed" : "mask: in the future, not allowed") : facts.unmasked ? "the mask is off" : "no mask: every key is allowed"}; softmax`);
    put(said.value, may ? "" : "−∞");
    put(total, may ? `${softmaxed.mine} ÷ ${softmaxed.all} = ${fixed(value("weights", query, key))}` : "exp(−∞) = 0: the weight is exactly 0");
    put(share, `4 this share of v flows on; out: that of all keys`);
    const carried = row("v", key), out = row("mixed", query), range = limit(carried, out);
    v.update(carried, range, null, "value");
    mixed.update(out, range, null, "out");
    fit(`${softmaxed.count} ${facts.width} ${facts.biased}`);
    // To the key that is meant, once: looking at what is laid out costs more than all the rest.
    const where = `${softmaxed.at} of ${softmaxed.count}`;
    if (softmaxed.at >= 0 && where !== scrolled && soft.scrollHeight > soft.clientHeight) soft.scrollTop = Math.max(0, (softmaxed.at - 3) * LINE);
    scrolled = where;
  }

  // exp(score − the largest) is what is computed; written without it where no number leaves what can be read.
  let lines = [], scrolled = "";
  function softmax(query, key) {
    const shown = facts.keys.map((_, i) => i).filter((i) => allowed(facts, query, i)), scores = shown.map((i) => value("scores", query, i));
    const top = Math.max(...scores), shift = Math.abs(top) > 9 ? top : 0, raised = scores.map((one) => Math.exp(one - shift)), all = raised.reduce((x, y) => x + y, 0);
    while (lines.length > shown.length) lines.pop().forEach((one) => one.remove());
    if (!soft.firstChild) soft.append(...["key", "score", "exp", "", "weight"].map((words, i) => html("span", { class: i ? "muted" : "of muted" }, words)));
    while (lines.length < shown.length) {
      const place = lines.length, fill = html("div", { class: "fill" });
      const line = [html("span", { class: "of", onclick: () => act({ do: "lock", query: here().query, key: line.key }) }), html("span"), html("span"), html("div", {}, fill), html("span")];
      line.place = place;
      lines.push(line);
      soft.append(...line);
    }
    put(soft.children[2], shift ? `exp(·${shift < 0 ? "+" : "−"}${short(Math.abs(shift))})` : "exp");
    shown.forEach((i, place) => {
      const line = lines[place], mark = i === key ? " here" : "", weight = value("weights", query, i);
      line.key = i;
      put(line[0], cut(seenToken(facts.keys[i]), 92)); put(line[1], short(scores[place])); put(line[2], short(raised[place])); put(line[4], fixed(weight));
      if (line.mark !== mark) {
        line.mark = mark;
        line.forEach((one, n) => { one.className = [["of", "number", "number", "well", "number"][n], mark].join(""); });
      }
      line[3].firstChild.style.transform = `scaleX(${weight})`;
      line[3].firstChild.style.background = token(root, "amount")[4];
    });
    const mine = shown.indexOf(key);
    return { mine: mine < 0 ? "0" : short(raised[mine]), all: short(all), count: shown.length, at: mine };
  }

  // What the other steps leave of the panel is the table's. Measured where there are other lines only.
  let fitted = "";
  function fit(what) {
    if (what === fitted || !body.clientHeight) return;
    fitted = what;
    const narrow = matchMedia("(max-width: 640px)").matches, left = body.clientHeight - (main.scrollHeight - soft.offsetHeight) - 2;
    soft.style.maxHeight = `${narrow ? MANY * LINE : Math.max(LEAST * LINE, left)}px`;
  }

  // ---- the arithmetic of one number
  function number(query, key) {
    const { kind, index } = opened, { input, memory } = facts.arrays;
    const made = { queries: ["q", query, "query", facts.queries], keys: ["k", key, "key", facts.keys], values: ["v", key, "value", facts.keys] }[kind];
    if (kind === "products") {
      const a = row("q", query)[index], b = row("k", key)[index];
      put(sentence, `Number ${index + 1}: query × key`);
      worked.update({ heads: ["query", "key", "product"], terms: [{ name: `${seenToken(facts.queries[query])} · ${seenToken(facts.keys[key])}`, a, b, product: a * b }], total: a * b });
    } else if (kind === "mixed") {
      const shares = row("weights", query), across = facts.keys.map((_, i) => row("v", i)[index]);
      put(sentence, `Number ${index + 1} of what ${quoted(facts.queries[query])} gets: the values of all keys, by their weights`);
      worked.update({ heads: ["weight", "value", "product"], terms: products(shares, across, (i) => seenToken(facts.keys[i])), total: row("mixed", query)[index] });
    } else {
      const [name, place, what, tokens] = made, source = name === "q" ? input : memory, read = source.values.subarray(place * source.shape[1], (place + 1) * source.shape[1]);
      const bias = facts.arrays[`${name}.bias`]?.values[index] ?? 0, all = products(read, row(`${name}.weight`, index), (i) => `number ${i + 1}`), sum = all.reduce((x, y) => x + y.product, bias);
      const turned = facts.turned && name !== "v";
      put(sentence, `Number ${index + 1} of the ${what} of ${quoted(tokens[place])}: what the stream holds there, times the weights of the ${what}${turned ? `; then turned by its place: ${fixed(row(name, place)[index])}` : ""}`);
      worked.update({ heads: ["stream", "weight", "product"], terms: all, bias, total: sum });
    }
  }
  function mean(query, key) {
    const all = Array.from({ length: facts.heads }, (_, i) => facts.arrays.heads.values[(i * facts.queries.length + query) * facts.keys.length + key]);
    put(sentence, `${headWords(facts, facts.shown)}: ${quoted(facts.queries[query])} looks at ${quoted(facts.keys[key])}. The weights of all heads, divided by ${facts.heads}.`);
    worked.update({ heads: ["weight", "÷ heads", "share"], terms: all.map((a, i) => ({ name: `head ${i + 1}`, a, b: facts.heads, product: a / facts.heads })), total: value("weights", query, key) });
  }
  function rollout(query, key) {
    const through = row("mixing", query), before = facts.keys.map((_, i) => value("before", i, key));
    put(sentence, `How much of ${quoted(facts.keys[key])} has come to ${quoted(facts.queries[query])} by layer ${facts.shown.layer + 1}: half of each layer stays where it is, half goes where its heads look on average. Summed over all ways.`);
    worked.update({ heads: [`layer ${facts.shown.layer + 1}`, "before", "share"], terms: products(through, before, (i) => `by ${seenToken(facts.keys[i])}`), total: value("weights", query, key) });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opened) return;
    open(null);
    event.preventDefault();
    event.stopPropagation();
  });
  const quiet = onHover((what) => {
    if (!facts) return;
    const next = what?.kind === "weight" && what.query !== null && what.query < facts.queries.length && (what.key === null || what.key < facts.keys.length) ? what : null;
    if (next === at) return;
    at = next;
    draw();
  });
  return { update(next) { facts = next; if (at && (at.query >= facts.queries.length || at.key >= facts.keys.length)) at = null; if (opened && opened.index >= facts.width) opened = null; draw(); }, end: quiet };
}
