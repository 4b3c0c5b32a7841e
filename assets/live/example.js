// Which example is looked at: the one before and after, and a text of one's own.
// facts: { part, index, count, own, text } – index and text are none where they make no sense. Acts: example, text.
import { count, html, put } from "./dom.js";
import { icon } from "./icons.js";

const LOOK = `
.which { display: flex; align-items: center; gap: 4px; height: 30px; }
.which .words { flex: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.part .which .tool { height: 28px; min-height: 28px; padding: 0 5px; display: inline-flex; align-items: center; flex: none; }
.which form { display: flex; gap: 4px; flex: 1; min-width: 0; margin-left: 4px; }
.part .which input { min-width: 0; flex: 1; height: 28px; padding: 0 8px; font: 13px/20px var(--fontNumber); }
@media (pointer: coarse) { .which { height: 46px; } .part .which .tool, .part .which input { height: 44px; min-height: 44px; } .part .which .tool { min-width: 44px; justify-content: center; } }
`;

export function example(root, act) {
  const tool = (label, by, turn) => {
    const drawn = icon("expand_more", 18);
    drawn.style.transform = `rotate(${turn}deg)`;
    return html("button", { class: "tool", type: "button", tabindex: "-1", "aria-label": label, title: label, onclick: () => go(by) }, drawn);
  };
  const words = html("span", { class: "words small muted" }), input = html("input", { type: "text", maxlength: 500, "aria-label": "Your own text", autocomplete: "off", spellcheck: "false" });
  const form = html("form", { onsubmit: (event) => { event.preventDefault(); act({ do: "text", value: input.value }); } }, input, html("button", { class: "tool" }, "Read"));
  input.addEventListener("keydown", (event) => event.stopPropagation());
  const node = html("div", { class: "which" }, html("style", {}, LOOK), tool("Example before ([)", -1, 90), tool("Next example (])", 1, -90), words, form);
  let facts = null, given = null;

  const go = (by) => act({ do: "example", part: facts.part, index: (facts.index + by + facts.count) % facts.count });
  return {
    node, go,
    update(next) {
      facts = next;
      put(words, facts.own ? "your own" : `${facts.part} ${count(facts.index + 1)} of ${count(facts.count)}`);
      form.style.display = facts.text === null ? "none" : "";
      if (facts.text !== given) { given = facts.text; if (root.getRootNode().activeElement !== input) input.value = given ?? ""; }
    },
  };
}
