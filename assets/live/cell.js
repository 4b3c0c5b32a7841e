// One number opened: what it sees of the image, and the arithmetic that makes it.
// facts: dlplay/probes/cell.py. Acts: input {channel}, over {value}, lock {tap, channel, row, column}, release.
import { hover } from "./bus.js";
import { conv } from "./cell/conv.js";
import { dense } from "./cell/dense.js";
import { LOOK } from "./cell/look.js";
import { pool } from "./cell/pool.js";
import { residual } from "./cell/residual.js";
import { same } from "./cell/same.js";
import { sightOf } from "./cell/sight.js";
import { placeOf, sentence } from "./cell/words.js";
import { html, number, speaker } from "./dom.js";
import { onEscape } from "./escape.js";
import { arrow, clamp, plain } from "./walk.js";

// Arithmetic by kind: each gives its node once and updates what changes.
const KINDS = { conv, pool, global: pool, dense, sum: residual, same };

export function mount(root, act) {
  root.append(html("style", {}, LOOK));
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
    const { work: w } = facts;
    const next = JSON.stringify([width, w.kind, w.kernel, w.inputs, w.terms?.length, !!w.rest, w.bias === null, w.steps.map((s) => s.kind), facts.arrays.window?.shape, root.dataset.theme, facts.tap]);
    if (next !== signature) {
      signature = next;
      view = KINDS[w.kind]({ act, width, facts });
      work.replaceChildren(view.node);
    }
    view.update(facts);
  }

  root.addEventListener("keydown", (event) => {
    if (!facts || !plain(event)) return;
    const across = arrow(event)?.[1];
    if (event.key === "Escape" && facts.locked) act({ do: "release" });
    else if (across && facts.work.kind === "conv") {
      const terms = facts.work.terms, at = terms.findIndex((t) => t.channel === facts.work.input);
      const to = terms[clamp(at + across, 0, terms.length - 1)];
      act({ do: "input", channel: to.channel });
      say(`Input map ${to.channel + 1} adds ${number(to.value)}`);
    } else return;
    event.preventDefault();
  });
  const settle = onEscape(() => {
    if (facts?.locked) act({ do: "release" });
    return facts?.locked;
  });
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
    end() { settle(); watch.disconnect(); sight.end(); hover(null); },
  };
}
