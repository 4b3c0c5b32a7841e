// Recipes as cards: groups to choose from, a field to search in, and for each recipe one link with a recorded picture.
// facts: { recipes: [{ slug, name, watch, group, tags, href, picture }] }; picture is the address of a recording or null.
// act: { do: "open", slug } for a plain click; a click with a key held is the browser's own, on a real link.
import { html } from "./dom.js";
import { unpack } from "./frame.js";
import { icon } from "./icons.js";
import { draw, words } from "./recorded.js";

const STYLE = `
.cards { container-type: inline-size; }
.bar-top { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between; margin-bottom: 16px; }
.pills { display: flex; flex-wrap: wrap; gap: 8px; }
.part .pills button { height: 32px; border-radius: 16px; padding: 0 12px; color: var(--muted); }
.part .pills button[aria-pressed="true"] { color: var(--text); border-color: var(--text); box-shadow: none; }
.search { position: relative; flex: 0 1 232px; }
.part .search input { width: 100%; height: 32px; padding-right: 32px; }
.search input::placeholder { color: var(--muted); opacity: 1; }
.search input::-webkit-search-cancel-button { display: none; }
.search svg { position: absolute; right: 8px; top: 6px; color: var(--muted); pointer-events: none; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(264px, 1fr)); gap: 16px; list-style: none; margin: 0; padding: 0; }
.card { display: flex; flex-direction: column; height: 100%; border: 1px solid var(--border); border-radius: 8px; overflow: hidden; color: inherit; text-decoration: none; background: var(--page); }
.card:hover { border-color: var(--control); }
.card canvas { width: 100%; height: 148px; background: var(--raised); border-radius: 0; flex: none; }
.card .words { padding: 12px 15px; display: flex; flex-direction: column; flex: 1; }
.card h3 { font-size: 16px; line-height: 24px; font-weight: 650; margin: 0; }
.card p { margin: 0 0 8px; color: var(--muted); flex: 1; }
.tags { display: flex; flex-wrap: wrap; gap: 8px; }
.tag { font-size: 12px; line-height: 20px; padding: 0 8px; border-radius: 4px; background: var(--raised); color: var(--muted); white-space: nowrap; }
.none { color: var(--muted); }
.part .none button { margin-left: 8px; }
@media (pointer: coarse) { .part .pills button { height: 44px; border-radius: 22px; } .part .search input { height: 44px; } .search svg { top: 12px; } }
@container (max-width: 600px) {
  .grid { grid-template-columns: 1fr; gap: 8px; }
  .search { flex: 1 1 100%; }
  .card { flex-direction: row; }
  .card canvas { width: 112px; height: auto; min-height: 116px; }
  .card .words { padding: 8px 12px; }
}`;

export function mount(root, act) {
  const shadow = root.parentNode;
  shadow.append(html("style", {}, STYLE));
  const pills = html("div", { class: "pills", role: "group", "aria-label": "Groups of recipes" });
  const field = html("input", { type: "search", placeholder: "Search recipes", "aria-label": "Search recipes", maxlength: 40, oninput: choose });
  const grid = html("ul", { class: "grid" });
  const nothing = html("span");
  const none = html("p", { class: "none", "aria-live": "polite", hidden: true }, nothing, html("button", { type: "button", onclick: all }, "Show all"));
  root.append(html("div", { class: "bar-top" }, pills, html("div", { class: "search" }, field, icon("search"))), grid, none);
  const cards = new Map();
  let group = "All", known = "";
  const resized = new ResizeObserver((entries) => { for (const { target } of entries) cards.get(target.dataset.slug)?.paint(); });

  function card(recipe) {
    const canvas = html("canvas", { role: "img", "aria-label": "Not recorded yet", "data-slug": recipe.slug });
    const tags = html("div", { class: "tags" }, ...recipe.tags.map((tag) => html("span", { class: "tag" }, tag)));
    const text = html("div", { class: "words" }, html("h3", {}, recipe.name), html("p", {}, recipe.watch), tags);
    const open = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      act({ do: "open", slug: recipe.slug });
    };
    const node = html("li", {}, html("a", { class: "card", href: recipe.href, onclick: open }, canvas, text));
    const made = { recipe, node, recording: null, paint: () => made.recording && draw(root, canvas, made.recording) };
    if (recipe.picture) load(made, canvas);
    resized.observe(canvas);
    return made;
  }

  async function load(made, canvas) {
    const answer = await fetch(new URL(made.recipe.picture, document.baseURI));
    if (!answer.ok) return;
    made.recording = unpack(await answer.arrayBuffer());
    canvas.setAttribute("aria-label", words(made.recording));
    made.paint();
  }

  function choose() {
    const asked = field.value.trim().toLowerCase();
    let shown = 0;
    for (const { recipe, node } of cards.values()) {
      const text = [recipe.name, recipe.watch, recipe.group, recipe.about, ...recipe.tags].join(" ").toLowerCase();
      node.hidden = !((group === "All" || recipe.group === group) && asked.split(/\s+/).every((word) => text.includes(word)));
      shown += !node.hidden;
    }
    for (const pill of pills.children) pill.setAttribute("aria-pressed", String(pill.textContent === group));
    none.hidden = shown > 0;
    nothing.textContent = asked ? `No recipe ${group === "All" ? "" : `of ${group} `}has “${field.value.trim()}” in it.` : "No recipe here yet.";
  }

  function all() {
    field.value = "";
    group = "All";
    choose();
    field.focus();
  }

  function fill(recipes) {
    resized.disconnect();
    cards.clear();
    for (const recipe of recipes) cards.set(recipe.slug, card(recipe));
    grid.replaceChildren(...[...cards.values()].map((made) => made.node));
    const groups = ["All", ...new Set(recipes.map((recipe) => recipe.group))];
    pills.replaceChildren(...groups.map((name) => html("button", { type: "button", onclick: () => { group = name; choose(); } }, name)));
    choose();
  }

  return {
    update({ recipes }) {
      const now = JSON.stringify(recipes);
      if (now !== known) { known = now; fill(recipes); }
      else for (const made of cards.values()) made.paint(); // the theme changed
    },
    end() { resized.disconnect(); },
  };
}
