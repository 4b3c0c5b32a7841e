// A Plotly figure made by the server, redrawn in place while its numbers change. Frame: dlplay/ui/figure.py.
import { html } from "./dom.js";
import { plotly, SHEET } from "./plotly.js";

const LOOK = `.figure .chart { width: 100%; border-radius: 4px; }\n${SHEET}`;
const CONFIG = { displayModeBar: false, showTips: false };

export function mount(root) {
  const chart = html("div", { class: "chart", role: "img", tabindex: 0 });
  root.append(html("style", {}, LOOK), chart);
  let facts = null, Plotly = null, over = false;

  async function draw() {
    Plotly ??= await plotly();
    if (over || !root.clientWidth) return;
    const { data, layout } = facts.figure;
    chart.style.height = `${layout.height}px`;
    Plotly.react(chart, data, { ...layout, width: root.clientWidth, uirevision: facts.kind }, CONFIG);
  }
  const watch = new ResizeObserver(() => { if (facts) draw(); });
  watch.observe(root);
  return {
    update(next) {
      facts = next;
      chart.setAttribute("aria-label", facts.words);
      draw();
    },
    end() { over = true; watch.disconnect(); if (chart.on) Plotly.purge(chart); },
  };
}
