// What went wrong, how it got there, and the ways on. Frame: dlplay/ui/states.py.
import { html, svg } from "./dom.js";
import { icon } from "./icons.js";

const LOOK = `
.banner { --ink: var(--errorText); --fill: var(--errorFill); }
.banner.warn { --ink: var(--warnText); --fill: var(--warnFill); }
.banner .box { position: relative; display: flex; gap: 8px 12px; padding: 12px 52px 12px 16px; border: 1px solid var(--ink); border-radius: 8px; box-shadow: 0 2px 12px rgb(0 0 0 / .16); background: var(--fill); color: var(--ink); }
.banner .mark { flex: none; }
.banner .said { flex: 1; min-width: 0; }
.banner .said p { margin: 0; overflow-wrap: anywhere; }
.banner .ways { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.part.banner .ways button { border-color: var(--ink); background: none; color: var(--ink); }
.part.banner .ways button:hover { background: var(--ink); color: var(--fill); }
.part.banner .fold { position: absolute; top: 7px; right: 8px; width: 32px; min-height: 0; height: 32px; padding: 0; display: flex; align-items: center; justify-content: center; border-color: transparent; background: none; color: var(--ink); }
.part.banner .fold:hover { border-color: var(--ink); }
.banner .fold svg { transform: rotate(180deg); } .banner .folded .fold svg { transform: none; }
.banner .folded .ways, .banner .folded .evidence { display: none !important; }
.banner .folded .said p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
@media (pointer: coarse) { .part.banner .fold { top: 1px; right: 2px; width: 44px; height: 44px; } }
.banner .evidence { flex: none; width: 132px; align-self: center; }
.banner .evidence text { fill: var(--ink); }
@container (max-width: 560px) { .banner .evidence { display: none; } }
.banner { container-type: inline-size; }
`;
const WIDTH = 132, HEIGHT = 48;

export function mount(root, act) {
  const mark = html("div", { class: "mark" }), said = html("p"), ways = html("div", { class: "ways" });
  const line = svg("path", { fill: "none", stroke: "var(--ink)", "stroke-width": 2, "stroke-linejoin": "round" });
  const end = svg("path", { fill: "none", stroke: "var(--ink)", "stroke-width": 2, d: "M-4 -4l8 8m0 -8l-8 8" });
  const words = svg("text", { y: HEIGHT + 16 });
  const evidence = svg("svg", { class: "evidence", width: WIDTH, height: HEIGHT + 20, "aria-hidden": "true" }, line, end, words);
  const fold = html("button", { type: "button", class: "fold", onclick: () => open(box.classList.contains("folded")) }, icon("expand_more"));
  const box = html("div", { class: "box", role: "alert" }, mark, html("div", { class: "said" }, said, ways), evidence, fold);
  root.append(html("style", {}, LOOK), box);
  let made = "";
  // What lies under the banner can be looked at while it is folded to one line.
  function open(wide) {
    box.classList.toggle("folded", !wide);
    fold.setAttribute("aria-expanded", String(wide));
    fold.title = wide ? "Fold to one line" : "Show what can be done";
    fold.setAttribute("aria-label", fold.title);
  }
  open(true);

  // The losses before the end, evenly spaced, on a logarithmic scale.
  function draw({ losses }) {
    const values = [...losses.values].map(Math.log10), low = Math.min(...values), span = Math.max(...values) - low || 1;
    evidence.style.display = values.length > 2 ? "" : "none";
    if (values.length < 3) return;
    const points = values.map((value, i) => [(i * (WIDTH - 8)) / (values.length - 1), HEIGHT - 4 - ((HEIGHT - 12) * (value - low)) / span]);
    line.setAttribute("d", `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`);
    end.setAttribute("transform", `translate(${points[points.length - 1].map((v) => v.toFixed(1)).join(" ")})`);
    words.textContent = `loss, last ${values.length} steps, log`;
  }

  return {
    update(facts) {
      const wanted = JSON.stringify([facts.kind, facts.title, facts.text, facts.ways]);
      if (wanted !== made) {
        made = wanted;
        open(true);
        root.classList.toggle("warn", facts.kind === "warn");
        mark.replaceChildren(icon(facts.kind === "warn" ? "warning" : "error"));
        said.replaceChildren(html("b", {}, facts.title), ` ${facts.text}`);
        ways.replaceChildren(...facts.ways.map((words, way) => html("button", { type: "button", onclick: () => act({ do: "go", way }) }, words)));
      }
      draw(facts.arrays);
    },
    end() {},
  };
}
