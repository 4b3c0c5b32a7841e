// An MLP as a picture that is also its control: maps of what every neuron answers to, edges by weight, one neuron's sum.
// Frame: dlplay/probes/network.py. A column c > 0 holds layer c − 1; acts and hovers speak of layers and units.
import { hover } from "./bus.js";
import { html, number, speaker } from "./dom.js";
import { askNumber } from "./field.js";
import { menu } from "./layermenu.js";
import { legend } from "./legend.js";
import { edges } from "./network/edges.js";
import { layerCount } from "./network/headings.js";
import { captioned, layout, NARROW } from "./network/layout.js";
import { LOOK } from "./network/look.js";
import { reading, same } from "./network/reading.js";
import { buildTiles, paintTiles, placed } from "./network/tiles.js";
import { described, hovered, legendOf } from "./network/words.js";
import { worked } from "./network/worked.js";
import { pending } from "./pending.js";
import { short, sum } from "./sum.js";
import { arrow, clamp, plain } from "./walk.js";

export function mount(root, act) {
  const say = speaker(root), key = legend({ framed: true }), layers = html("span", { class: "count" }), lines = edges();
  const stage = html("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "network" }, lines.node);
  const tip = html("div", { class: "tip", hidden: true }), table = sum(editTerm, release);
  root.append(
    html("style", {}, LOOK),
    html("div", { class: "top" }, html("span", { class: "title" }, "Network"), layers, key.node),
    stage, html("div", { class: "hint muted small" }, "tap previews, second tap locks"), html("hr", { class: "rule" }), table.node,
  );

  let facts = null, read = null, made = "", width = 0, geometry = null, built = null, flag = null;
  let pointed = null, cursor = null, summed = null, touched = false, announced = false;
  const wish = pending(); // the lock
  const locked = () => read.placeOf(wish.now(facts.lock)), focus = () => pointed ?? locked();
  const back = () => stage.focus({ preventScroll: true });

  // ---- building: only when columns, units or the width change
  function build() {
    geometry = layout(facts, width);
    stage.replaceChildren(lines.node);
    stage.style.height = `${geometry.height}px`;
    lines.build(facts, geometry, width);
    built = buildTiles(stage, facts, geometry, width, act, openMenu);
    layerCount(layers, facts, act);
    stage.append(tip);
    tip.hidden = true;
    flag = null;
    const there = (place) => (place && built.tiles[place[0]]?.[place[1]] ? place : null);
    cursor = there(cursor);
    pointed = there(pointed);
  }

  function openMenu(c) {
    menu(stage, { layer: c, facts: read.column(c), x: geometry.x[c] + geometry.size / 2, act, after: back });
  }

  // ---- what is pointed at, what is locked
  function show() {
    lines.draw(read, focus());
    const lock = locked();
    for (const { c, u, node } of built.tiles.flat()) {
      const place = [c, u];
      node.classList.toggle("locked", same(place, lock));
      node.classList.toggle("seen", same(place, pointed) && !same(place, lock));
      node.classList.toggle("cursor", same(place, cursor));
    }
    mark(lock);
    key.set(legendOf(read, focus(), width));
    summed = focus()?.[0] > 0 ? focus() : lock ?? read.answer();
    table.update(worked(read, summed, same(summed, lock)), width < NARROW);
    if (pointed) hover(hovered(read, pointed));
    else if (announced) hover(null);
    announced = Boolean(pointed);
  }

  // A word beside the locked neuron, where there is room for it.
  function mark(lock) {
    const wanted = lock && geometry.tier === 2 && lock[0] !== read.last ? lock.join() : "";
    if ((flag?.dataset.place ?? "") === wanted) return;
    flag?.remove();
    flag = null;
    if (!wanted) return;
    const [c, u] = lock, { x, y, size } = geometry;
    flag = html("span", { class: "label on halo", "data-place": wanted }, "locked", html("br"), html("span", { class: "muted", style: "font-weight:400" }, "Esc releases"));
    stage.append(placed(flag, x[c] + size + 6, y[c][u] - 17));
  }

  function point(place) {
    if (same(place, pointed)) return;
    pointed = place;
    show();
  }

  function lock(place) {
    const [c, u] = place, of = read.column(c);
    if (of.kind === "input" && facts.reads === "point") return act({ do: "feature", name: of.keys[u] });
    if (c === 0) return undefined;
    const released = same(place, locked());
    ask(released ? null : [c - 1, of.shown[u]]);
    return act(released ? { do: "release" } : { do: "lock", layer: c - 1, unit: of.shown[u] });
  }

  function release() {
    const kept = locked();
    point(null);
    if (!kept) return;
    ask(null);
    act({ do: "release" });
  }

  function ask(value) { wish.ask(value); show(); }

  // ---- setting weights; place: in the weight row, or "bias"
  function setWeight(c, u, place, x, y) {
    const of = read.column(c), unit = of.shown[u], isBias = place === "bias";
    const value = isBias ? read.bias(c, u) : read.weightAt(c, u, place);
    askNumber(stage, {
      x, y, value, limit: 1000, label: isBias ? "bias" : "weight", after: back,
      done: (set) => act({ do: "edit", parameter: isBias ? of.bias : of.weight, index: isBias ? unit : unit * of.fan_in + place, value: set }),
    });
  }

  function editTerm(what, node) {
    const [c, u] = summed, box = stage.getBoundingClientRect(), at = node.getBoundingClientRect(), from = read.array(`from.${c}`);
    const place = what === "bias" ? "bias" : from.values[u * from.shape[1] + what];
    setWeight(c, u, place, at.left + at.width / 2 - box.left, Math.min(stage.clientHeight - 20, at.top - box.top));
  }

  // ---- pointer
  const spot = (event) => { const box = stage.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const under = (event) => event.target.closest?.(".tile")?.place ?? null;
  const aside = (event) => event.target.closest(".heading, .field, .menu");

  function hint([x, y], words) {
    tip.hidden = !words;
    if (!words) return;
    tip.textContent = words;
    tip.style.left = `${Math.max(0, Math.min(width - tip.offsetWidth, x + 12))}px`;
    tip.style.top = `${Math.max(0, y - 28)}px`;
  }

  stage.addEventListener("pointermove", (event) => {
    if (!facts || event.pointerType === "touch") return;
    const here = under(event), at = spot(event), edge = here || aside(event) ? null : lines.nearest(read, at);
    stage.style.cursor = edge ? "pointer" : "";
    if (event.target.classList.contains("bias")) hint(at, `bias ${number(read.bias(...here))}`);
    else if (edge) hint(at, `${read.named(edge.c - 1, edge.s)} → ${read.named(edge.c, edge.u)}: ${number(read.weight(edge))}`);
    else hint(at, "");
    point(here);
  });
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "touch") return;
    hint([0, 0], "");
    if (facts) point(null);
  });
  stage.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  stage.addEventListener("click", (event) => {
    tip.hidden = true;
    if (!facts || aside(event)) return;
    const here = under(event), at = spot(event);
    if (event.target.classList.contains("bias") && !touched) return setWeight(...here, "bias", ...at);
    if (here) {
      cursor = here;
      const known = same(here, pointed) || same(here, locked());
      return touched && !known ? point(here) : lock(here);
    }
    const near = lines.nearest(read, at);
    if (near && !(touched && !same([near.c, near.u], focus()))) return setWeight(near.c, near.u, read.column(near.c).source_places[near.source], ...at);
    return release();
  });

  // ---- keyboard: the picture is one stop, the arrows go from neuron to neuron
  function go(c, u) {
    cursor = [c, clamp(u, 0, built.tiles[c].length - 1)];
    pointed = cursor;
    show();
    const on = facts.reads === "point" ? (read.column(0).on[cursor[1]] ? ", on" : ", off") : "", name = read.named(...cursor);
    say(c ? `${name}, ${short(read.value(...cursor))}` : `Input ${name}${on}`);
  }

  // In the next column the neuron at the same height.
  function cross(c, u, by) {
    const to = c + by, height = geometry.y[c][u], away = (y) => Math.abs(y - height);
    if (geometry.y[to]) go(to, geometry.y[to].reduce((best, y, i, all) => (away(y) < away(all[best]) ? i : best), 0));
  }

  function pressed(event, [c, u]) {
    const walk = arrow(event), layer = c > 0 && c !== read.last ? c - 1 : null, key = event.key;
    if (walk) return walk[0] ? go(c, u + walk[0]) : cross(c, u, walk[1]);
    if (key === "Enter") return lock([c, u]);
    if (key === "Escape") return release();
    if (key === "w" || key === "W") return table.focus();
    if (layer === null) return undefined;
    if (key === "l" || key === "L") return openMenu(c);
    return act({ do: "units", layer, by: key === "+" ? 1 : -1 });
  }
  const KEYS = new Set(["Enter", "Escape", "w", "W", "l", "L", "+", "-"]);
  stage.addEventListener("keydown", (event) => {
    if (!facts || !plain(event) || event.target !== stage || !(arrow(event) || KEYS.has(event.key))) return;
    event.preventDefault();
    pressed(event, cursor ?? locked() ?? [read.last, 0]);
  });
  const left = (event) => {
    const to = event.relatedTarget;
    if (facts && cursor && same(pointed, cursor) && !(to && (stage.contains(to) || table.node.contains(to)))) point(null);
  };
  stage.addEventListener("focusout", left);
  table.node.addEventListener("focusout", left);
  table.node.addEventListener("keydown", (event) => { if (event.key === "Escape") back(); });

  // ---- frames
  function update(next) {
    facts = next;
    read = reading(facts);
    wish.hear(facts.lock);
    width = Math.floor(root.clientWidth);
    if (!width) return;
    const still = facts.columns.map(({ low, high, kernel_limits, ...rest }) => rest); // what does not change as it learns
    const shape = JSON.stringify([width, facts.tile.kind, facts.most_layers, captioned(facts), still]);
    if (shape !== made) { made = shape; build(); }
    const words = described(read);
    if (stage.getAttribute("aria-label") !== words) stage.setAttribute("aria-label", words);
    paintTiles(root, read, built, geometry.tier);
    show();
  }

  const sized = new ResizeObserver(() => { if (facts && Math.floor(root.clientWidth) !== width) update(facts); });
  sized.observe(root);
  return { update, end: () => { sized.disconnect(); if (announced) hover(null); } };
}
