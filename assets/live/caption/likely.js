// The tokens that could come next at one step, the most probable first, as bars.
import { fixed, html, put } from "../dom.js";

const MOST = 5;
export const LIKELY_LOOK = `
.likely .head { font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.likely .rows { display: grid; grid-template-columns: 60px minmax(0, 1fr) 46px; column-gap: 8px; row-gap: 2px; align-items: center; grid-auto-rows: 16px; font-size: 12px; line-height: 16px; margin-top: 2px; height: 88px; }
.likely .name { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; text-align: right; }
.likely .name.mine { font-weight: 650; }
.likely .well { height: 10px; background: var(--raised); border-radius: 2px; overflow: hidden; }
.likely .fill { height: 100%; background: var(--strong); transform-origin: left; }
.likely .number { text-align: right; }
`;

export function likely() {
  const head = html("div", { class: "head" }), rows = html("div", { class: "rows", role: "img" });
  const lines = Array.from({ length: MOST }, () => {
    const name = html("span", { class: "name" }), fill = html("div", { class: "fill" }), share = html("span", { class: "number" }), well = html("div", { class: "well" }, fill);
    rows.append(name, well, share);
    return { name, fill, share, well };
  });
  return {
    node: html("div", { class: "likely" }, head, rows),
    // facts: next and words of a target, see dlplay/probes/told.py
    update(facts, step) {
      const next = facts.next[step] ?? [], called = (word) => (word === facts.ends ? "end" : word);
      put(head, `What could be word ${step + 1}`);
      lines.forEach(({ name, fill, share, well }, i) => {
        for (const node of [name, share, well]) node.style.visibility = next[i] ? "visible" : "hidden";
        if (!next[i]) return;
        const [word, value] = next[i];
        put(name, called(word));
        name.classList.toggle("mine", word === facts.words[step]);
        fill.style.transform = `scaleX(${value ?? 0})`;
        put(share, value > 0 && value < 0.005 ? "< 0.01" : fixed(value));
      });
      rows.setAttribute("aria-label", `Word ${step + 1} could be ${next.map(([word, value]) => `${called(word)} ${fixed(value)}`).join(", ")}`);
    },
  };
}
