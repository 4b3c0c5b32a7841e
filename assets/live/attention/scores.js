// Where the weight of one head goes, measured over many examples: a bar for each of the habits that heads are named by.
import { fixed, html, put } from "../dom.js";
import { token } from "../theme.js";
import { goes, HABITS } from "./words.js";

export const SCORES_LOOK = `
.habits { display: grid; grid-template-columns: auto minmax(0, 1fr) 34px; column-gap: 8px; align-content: center; font-size: 11px; line-height: 13px; overflow: hidden; }
.habits[hidden] { display: none; }
.habits .name { color: var(--muted); white-space: nowrap; }
.habits .well { height: 8px; align-self: center; background: var(--raised); border-radius: 2px; overflow: hidden; }
.habits .fill { height: 100%; transform-origin: left; }
.habits .number { text-align: right; line-height: 13px; }
.habits .named { color: var(--text); font-weight: 600; }
`;

// Gives { node, show(facts, one) }; one: what was measured of a head, or null.
export function scores(root) {
  const node = html("div", { class: "habits" });
  const lines = HABITS.map((name) => {
    const line = { name, words: html("span", { class: "name" }), fill: html("div", { class: "fill" }), value: html("span", { class: "number" }) };
    line.all = [line.words, html("div", { class: "well" }, line.fill), line.value];
    node.append(...line.all);
    return line;
  });
  function show(facts, one) {
    const strong = token(root, "amount")[4];
    for (const { name, words, fill, value, all } of lines) {
      const score = one?.scores[name];
      for (const each of all) each.style.display = score === undefined ? "none" : "";
      if (score === undefined) continue;
      fill.style.background = strong;
      fill.style.transform = `scaleX(${score})`;
      put(words, goes(facts, name));
      put(value, fixed(score));
      words.classList.toggle("named", one.name === name);
    }
  }
  return { node, show };
}
