// The data sets to choose from, as small pictures of themselves. Frame: dlplay/ui/pick.py.
import { html } from "./dom.js";
import { icon } from "./icons.js";
import { colourOf, token } from "./theme.js";

const LOOK = `
.pick .head { height: 20px; margin-bottom: 4px; }
.pick .head .muted { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.pick .squares { display: grid; grid-template-columns: repeat(auto-fill, minmax(34px, 1fr)); gap: 5px; }
.pick .chips { display: flex; flex-wrap: wrap; gap: 5px; }
.pick .squares:not(:empty) + .chips:not(:empty) { margin-top: 8px; }
.pick .sets button { aspect-ratio: 1; max-width: 44px; padding: 0; border-radius: 6px; overflow: hidden; display: inline-flex; align-items: center; justify-content: center; gap: 4px; touch-action: manipulation; }
.pick .sets button canvas { width: 100%; height: 100%; border-radius: 5px; }
.pick .sets button.chip { aspect-ratio: auto; max-width: none; height: 28px; min-height: 0; padding: 0 8px 0 6px; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.pick .sets button[aria-checked=true] { outline: 2px solid var(--text); outline-offset: 1px; color: var(--text); }
.pick .sets button:focus-visible { outline: 2px solid var(--control); outline-offset: 3px; }
.pick .sets[aria-disabled=true] { opacity: .5; }
@media (pointer: coarse) { .pick .squares { grid-template-columns: repeat(auto-fill, minmax(44px, 1fr)); gap: 8px; } .pick .sets button.chip { height: 44px; } }
`;
const GIVE_UP = 3000; // ms after which an unanswered choice falls back to the server's word

export function mount(root, act) {
  const name = html("span", { class: "muted small" });
  const sets = html("div", { class: "sets", role: "radiogroup", "aria-label": "Data" }, html("div", { class: "squares" }), html("div", { class: "chips" }));
  root.append(html("style", {}, LOOK), html("div", { class: "head spread" }, html("span", {}, "Data"), name), sets);
  let facts = null, built = "", buttons = [], wish = null, hovered = null, timer = 0;

  const chosen = () => wish ?? facts.chosen;
  function choose(slug) {
    if (slug === chosen()) return;
    wish = slug;
    clearTimeout(timer);
    timer = setTimeout(() => { wish = null; mark(); }, GIVE_UP);
    act({ do: "data", slug });
    mark();
  }
  function mark() {
    for (const [i, { slug }] of facts.sets.entries()) {
      const on = slug === chosen();
      buttons[i].setAttribute("aria-checked", String(on));
      buttons[i].tabIndex = on || (i === 0 && !facts.sets.some((one) => one.slug === chosen())) ? 0 : -1;
    }
    const one = facts.sets.find(({ slug }) => slug === (hovered ?? chosen()));
    name.textContent = one ? one.title : "";
  }

  function build() {
    // small pictures first, names after them
    facts.sets.sort((a, b) => Number(drawn(b)) - Number(drawn(a)));
    buttons = facts.sets.map((set) => {
      const picture = drawn(set), label = `${set.title}. ${set.first}${set.download ? " Downloaded when chosen." : ""}`;
      const button = html("button", {
        type: "button", role: "radio", class: picture ? "" : "chip", title: label, "aria-label": label, onclick: () => choose(set.slug),
        onpointerenter: () => { hovered = set.slug; mark(); }, onpointerleave: () => { hovered = null; mark(); },
      });
      if (picture) button.append(thumbnail(set));
      else button.append(icon(set.download ? "download" : set.reads === "image" ? "image" : "table", 16), set.title);
      return button;
    });
    sets.firstChild.replaceChildren(...buttons.filter((button) => !button.className));
    sets.lastChild.replaceChildren(...buttons.filter((button) => button.className));
  }
  const drawn = ({ slug }) => `${slug}.points` in facts.arrays;

  function thumbnail(set) {
    const canvas = html("canvas", { width: 68, height: 68 }), context = canvas.getContext("2d");
    const { values } = facts.arrays[`${set.slug}.points`], targets = facts.arrays[`${set.slug}.targets`].values;
    const inks = [token(root, "negative"), token(root, "positive"), ...token(root, "experiments")];
    for (let i = 0; i < targets.length; i++) {
      const x = 34 + 31 * values[2 * i], y = 34 - 31 * values[2 * i + 1], number = set.classes === 0;
      context.fillStyle = number ? colourOf(root, "signed", targets[i], 1) : inks[targets[i] % inks.length];
      context.beginPath();
      if (!number && targets[i] % 2 === 0) context.rect(x - 2.4, y - 2.4, 4.8, 4.8); // classes differ by shape as well
      else context.arc(x, y, number ? 3.4 : 2.7, 0, 7);
      context.fill();
    }
    return canvas;
  }
  sets.addEventListener("keydown", (event) => {
    const i = buttons.indexOf(event.target.closest("button")), step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (i < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = step ? (i + step + buttons.length) % buttons.length : { Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus(); // Enter or Space chooses: a new run should not begin on the way
    hovered = facts.sets[to].slug;
    name.textContent = facts.sets[to].title;
  });
  sets.addEventListener("focusout", (event) => { if (!sets.contains(event.relatedTarget)) { hovered = null; if (facts) mark(); } });

  return {
    update(next) {
      facts = next;
      if (wish === facts.chosen) wish = null;
      const key = root.dataset.theme + facts.sets.map(({ slug }) => slug).sort().join();
      if (key !== built) { built = key; build(); }
      else facts.sets.sort((a, b) => Number(drawn(b)) - Number(drawn(a)));
      mark();
    },
    end() { clearTimeout(timer); },
  };
}
