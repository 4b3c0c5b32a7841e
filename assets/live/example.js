// Which example is looked at: the one before and after, and a text of one's own.
// facts: { part, index, count, own, text, name, hint } – text is none where none is read. Acts: example, text.
import { count, html, put } from "./dom.js";
import { icon } from "./icons.js";
import { OWN, own } from "./own.js";

const LOOK = `
.which { display: flex; align-items: center; gap: 4px; height: 30px; }
.which .words { flex: 0 1 auto; min-width: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.which .words.alone { flex: 1; min-width: 0; }
.part .which .tool { height: 28px; min-height: 28px; padding: 0 5px; display: inline-flex; align-items: center; flex: none; }
.which form { display: flex; gap: 4px; flex: 1 1 120px; min-width: 0; margin-left: 4px; }
.part .which input { min-width: 0; flex: 1; height: 28px; padding: 0 8px; font: 13px/20px var(--fontNumber); }
.which:has(form:focus-within) .words { display: none; }
.part .top .unread { flex: 1; min-width: 0; line-height: 14px; padding: 0 4px; }
.part .top .title[hidden], .part .top .legend[hidden] { display: none; }
@media (pointer: coarse) { .which { height: 46px; } .part .which .tool, .part .which input { height: 44px; min-height: 44px; } .part .which .tool { min-width: 44px; justify-content: center; } }
${OWN}`;

// said: why a text cannot be read; it stands right above the box, in the place of a title.
export function example(root, act) {
  const tool = (label, by, turn) => {
    const drawn = icon("expand_more", 18);
    drawn.style.transform = `rotate(${turn}deg)`;
    return html("button", { class: "tool", type: "button", tabindex: "-1", "aria-label": label, title: label, onclick: () => go(by) }, drawn);
  };
  const words = html("span", { class: "words small muted" }), box = own("Your own text", "Read", (value) => act({ do: "text", value }), "tool");
  const node = html("div", { class: "which" }, html("style", {}, LOOK), tool("Example before ([)", -1, 90), tool("Next example (])", 1, -90), words, box.node);
  let facts = null;

  const go = (by) => act({ do: "example", part: facts.part, index: (facts.index + by + facts.count) % facts.count });
  return {
    node, go, said: box.said,
    // refused: a text that cannot be read, see `own`. dates: of the steps, where they have names.
    update(next, refused = null, dates = []) {
      facts = next;
      const name = facts.name ? `: ${facts.name}${dates.length ? `, ${dates[0]} to ${dates.at(-1)}` : ""}` : "", which = `${facts.part} ${count(facts.index + 1)}`;
      const full = facts.own ? "your own" : `${which} of ${count(facts.count)}${name}`, alone = facts.text === null;
      put(words, alone || facts.own ? full : full.slice(facts.part.length + 1)); // beside a box there is little room
      words.title = full;
      words.classList.toggle("alone", alone);
      box.node.style.display = alone ? "none" : "";
      box.input.title = [facts.text, facts.hint].filter(Boolean).join(" · ");
      box.set({ text: facts.text ?? "", refused, shown: facts.own ? facts.text ?? "your own" : which });
    },
  };
}
