// A text of one's own: its box, and what is said of one that cannot be read. That one stays in its box, and changes nothing.
import { html, put } from "./dom.js";

export const OWN = `
.part .own input[aria-invalid="true"] { border-color: var(--errorText); box-shadow: 0 0 0 1px var(--errorText); }
.part .unread { color: var(--errorText); background: var(--errorFill); border-radius: 4px; padding: 0 6px; font-size: 12px; line-height: 16px; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.part .unread[hidden] { display: none; }
`;

// label: of the box. button: its word. send: called with what was written.
export function own(label, button, send, look = "") {
  const input = html("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false" });
  const form = html("form", { class: "own", onsubmit: (event) => { event.preventDefault(); send(input.value); } }, input, html("button", { class: look }, button));
  const said = html("div", { class: "unread", role: "alert", hidden: true });
  input.addEventListener("keydown", (event) => event.stopPropagation());
  let known = null;
  return {
    node: form, input, said,
    // text: what is read now. refused: {text, sentence} of one that cannot be, or null. shown: what is drawn instead, in words.
    set({ text, refused, shown }) {
      const wanted = refused ? refused.text : text;
      if (wanted !== known) { // what somebody is writing is never taken away
        known = wanted;
        if (input.getRootNode().activeElement !== input) input.value = wanted;
      }
      input.setAttribute("aria-invalid", String(Boolean(refused)));
      put(said, refused ? `${refused.sentence} Still shown: ${shown}.` : "");
      said.title = said.textContent;
      said.hidden = !refused;
    },
  };
}
