// What a network would answer if the film ended at each frame: a bar for every class, and the most probable in words.
import { html, put, svg } from "../dom.js";
import { cut } from "../heat/layout.js";

const set = (node, attributes) => { for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value); };

export function answers() {
  const node = svg("svg", { class: "answers", role: "img" }), names = svg("g"), bars = svg("g"), said = svg("g");
  const whole = html("div", { class: "row ends" }, node);
  node.append(names, bars, said);
  let made = "", marks = [];

  function build(facts, { left, pitch, narrow, answer }) {
    const signature = JSON.stringify([facts.names, facts.frames, left, pitch, facts.true]);
    if (signature === made) return;
    made = signature;
    const count = facts.names.length, high = (answer - 18) / count, width = pitch - 8;
    set(node, { width: left + pitch * facts.frames, height: answer });
    names.replaceChildren(...facts.names.map((name, k) => svg("text", { x: left - 8, y: (k + 0.5) * high + 4, "text-anchor": "end", class: k === facts.true ? "strong" : "" }, cut(name, left - 10))));
    if (!narrow) names.append(svg("text", { x: 0, y: 12, class: "strong" }, "Answer"), svg("text", { x: 0, y: 27 }, "if it"), svg("text", { x: 0, y: 41 }, "ended"), svg("text", { x: 0, y: 55 }, "here"));
    marks = Array.from({ length: facts.frames }, (_, i) => {
      const x = left + i * pitch + 4, tracks = facts.names.map((_name, k) => svg("rect", { class: "track", x, y: k * high + 1.5, width, height: high - 3, rx: 1 }));
      const shares = facts.names.map((_name, k) => svg("rect", { class: k === facts.true ? "share" : "share other", x, y: k * high + 1.5, height: high - 3, rx: 1 }));
      const words = svg("text", { x: left + (i + 0.5) * pitch, y: answer - 3, "text-anchor": "middle", class: "said" });
      return { tracks, shares, words, width };
    });
    bars.replaceChildren(...marks.flatMap(({ tracks, shares }) => [...tracks, ...shares]));
    said.replaceChildren(...marks.map(({ words }) => words));
  }

  return {
    node: whole,
    update(_, facts, place) {
      build(facts, place);
      const { values } = facts.arrays.answers, count = facts.names.length;
      marks.forEach(({ shares, words, width }, i) => {
        shares.forEach((bar, k) => bar.setAttribute("width", (width * values[i * count + k]).toFixed(2)));
        const name = facts.names[facts.said[i]], share = values[i * count + facts.said[i]];
        put(words, cut(place.pitch > 70 ? `${name} ${share.toFixed(2)}` : name, place.pitch - 2));
        words.classList.toggle("wrong", facts.true !== null && facts.true !== facts.said[i]);
      });
      set(node, { "aria-label": `The most probable answer after each frame: ${facts.said.map((one) => facts.names[one]).join(", ")}` });
    },
  };
}
