// The graph of a non-linearity with the number on it.
import { svg } from "./dom.js";

// facts: work.steps, of which the last "act" { x, y, name } is shown, and arrays.curve (2, point): x and y.
export function responseOf(parent, x, y, width, height) {
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
