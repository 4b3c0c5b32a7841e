// What can be chosen of a caption: whose weights are seen, how wide the beam is, and which of those found is shown.
import { choice } from "../choice.js";
import { fixed, html } from "../dom.js";

const WIDTHS = [1, 2, 3, 4, 5];

export function choices(act) {
  const select = html("select", { "aria-label": "Whose weights", onchange: () => { const [layer, head] = select.value.split("."); act({ do: "head", layer: Number(layer), head: head === "mean" ? head : Number(head) }); } });
  const heads = html("label", {}, select);
  const wide = choice(WIDTHS, (value) => act({ do: "width", value }));
  wide.node.className = "widths";
  wide.node.setAttribute("aria-label", "Beam width");
  const widths = html("label", {}, "beam width", wide.node), found = html("div", { class: "found" });
  let made = "";

  return {
    heads, widths, found,
    update(facts) {
      const many = facts.layers * facts.heads > 1, key = `${facts.layers}.${facts.heads}`;
      heads.hidden = !many;
      if (many && made !== key) {
        made = key;
        const of = (layer) => ["mean", ...Array(facts.heads).keys()].map((head) => html("option", { value: `${layer}.${head}` }, `layer ${layer + 1}, ${head === "mean" ? `mean of ${facts.heads} heads` : `head ${head + 1}`}`));
        select.replaceChildren(...[...Array(facts.layers).keys()].flatMap(of));
      }
      if (many) select.value = `${facts.shown.layer}.${facts.shown.head}`;
      wide.set(facts.width);
      found.hidden = facts.width === 1;
      const lines = JSON.stringify([facts.beams, facts.chosen]);
      if (found.dataset.key === lines) return;
      found.dataset.key = lines;
      found.replaceChildren(...facts.beams.map((one, i) => html("button", { type: "button", "aria-pressed": String(i === facts.chosen), title: `${one.text}, log P a token ${fixed(one.score)}`, onclick: () => act({ do: "choose", value: i }) }, html("span", {}, one.text || "–"), html("span", { class: "number" }, fixed(one.score)))));
    },
  };
}
