// The bar at the bottom: buttons that move time, and the run as a scrubber over its loss. Frame: dlplay/ui/scrubber.py.
import { hover, onHover } from "./bus.js";
import { count, html, number, put, speaker, tidy } from "./dom.js";
import { icon } from "./icons.js";
import { panel, wanted } from "./keys.js";
import { LOOK } from "./scrubber/look.js";
import { pace as makePace } from "./scrubber/pace.js";
import { end, lossAt, rateAt } from "./scrubber/reading.js";
import { track as makeTrack } from "./scrubber/track.js";
import { words } from "./scrubber/words.js";

const HOLD = 500, GIVE_UP = 3000, BETWEEN = 85; // ms: how long a wish stands unasked, until it lapses, between two steps of a drag
const MOVING = ["playing", "starting"];

export function mount(root, act) {
  let facts = null, width = 0, stops = [], dragging = false, hovered = null, pace = null, pointed = null;
  const paceOf = makePace();
  // What was asked for and not yet answered, so that the bar answers at once and never flips back.
  const wish = { playing: undefined, playingSince: 0, at: undefined, atSince: 0 };

  const button = (name, words, key, onclick, label) =>
    html("button", { class: "bare", type: "button", title: key ? `${words} (${key})` : words, "aria-label": words, onclick }, icon(name), label && html("span", { class: "word" }, label));
  const ask = (what, value = {}) => act({ do: what, ...value });

  const playIcon = html("span", { class: "spread" }), playWord = html("span");
  const play = html("button", { class: "play", type: "button", onclick: toggle }, playIcon, playWord);
  const rewind = button("replay", "Rewind to the same initial weights", "Home", () => begin("rewind"));
  const seed = button("casino", "New seed: other initial weights, a new run", "", () => begin("seed"), "New seed");
  const step = button("skip_next", "One step", ".", () => forward("step"));
  const epoch = button("fast_forward", "One epoch", ">", () => forward("epoch"));
  const pin = button("keep", "Pin this moment", "P", togglePin, "Pin this moment");
  const fork = button("call_split", "Go on from here as a new run", "", goOn, "Go on from here as a new run");
  const now = button("last_page", "Back to now", "", () => looked() !== null && go(facts.step), "Back to now");
  const speed = html("select", { "aria-label": "Speed", title: "Speed: steps a second", onchange: () => ask("speed", { value: speed.value === "full" ? null : Number(speed.value) }) });
  const help = html("button", { class: "bare", type: "button", title: "All keys (?)", "aria-label": "All keys", onclick: () => keys.showModal() }, html("kbd", {}, "?"), html("span", { class: "word" }, "All keys"));
  const more = button("more_horiz", "More", "", openMore);
  more.classList.add("more");
  const extra = html("div", { class: "extra" }, seed, pin, fork, now, speed, help);
  const first = html("div"), second = html("div", { class: "muted small" });
  const when = html("div", { class: "when" }, first, second);
  const keys = panel();

  const track = makeTrack();
  const run = html("div", { class: "run", role: "slider", tabindex: 0, "aria-label": "Time in the run", "aria-valuemin": 0 }, track.node);

  root.append(html("style", {}, LOOK), html("div", { class: "bar", role: "group", "aria-label": "Time machine" }, rewind, play, step, epoch, more, run, extra, when), keys);
  const say = speaker(root);

  // -- what is shown: the server's word, or what was asked for a moment ago
  const playing = () => (wish.playing !== undefined ? wish.playing : MOVING.includes(facts.state));
  const looked = () => (wish.at !== undefined ? wish.at : facts.looking);
  const shown = () => looked() ?? facts.step;
  const blocked = () => facts.waits || { lost: "The training process ended.", diverged: "Diverged. Choose a way on." }[facts.state] || null;

  function settle() {
    const time = performance.now();
    const over = (since, agrees) => (agrees && time - since > HOLD) || time - since > GIVE_UP;
    if (wish.playing !== undefined && over(wish.playingSince, MOVING.includes(facts.state) === wish.playing)) wish.playing = undefined;
    if (wish.at !== undefined && !dragging && over(wish.atSince, facts.looking === wish.at)) wish.at = undefined;
  }
  let lapse = 0;
  function wished() {
    clearTimeout(lapse);
    lapse = setTimeout(() => { settle(); draw(); }, GIVE_UP + 50);
    draw();
  }
  function wishPlaying(value) { wish.playing = value; wish.playingSince = performance.now(); }
  function wishAt(value) { wish.at = value; wish.atSince = performance.now(); }

  // -- what the buttons and keys do
  function toggle() {
    if (!facts || (blocked() && !playing())) return;
    const value = !playing();
    wishPlaying(value);
    if (value) wishAt(null); // the pictures move with the run again
    ask(value ? "play" : "pause");
    wished();
  }
  function forward(what) {
    if (!facts || blocked()) return;
    wishAt(null);
    ask(what);
    wished();
  }
  function begin(what) {
    if (!facts) return;
    wishAt(null);
    ask(what);
    wished();
  }
  function goOn() {
    const at = facts ? looked() : null;
    if (at === null) return;
    wishAt(null); // the new run stands where the old one was looked at
    ask("fork", { step: at });
    wished();
  }
  function togglePin() {
    if (!facts) return;
    const at = shown();
    ask(pinned(at) ? "unpin" : "pin", { step: at });
    say(pinned(at) ? `pin at step ${count(at)} removed` : `step ${count(at)} pinned`);
  }
  const pinned = (at) => facts.flags.some((flag) => flag.kind === "pin" && flag.step === at);
  function back() {
    const earlier = stops.filter((stop) => stop < shown());
    if (!earlier.length) return;
    wishAt(earlier[earlier.length - 1]);
    ask("back");
    wished();
  }
  function openMore() {
    const box = more.getBoundingClientRect();
    extra.style.right = `${Math.max(8, innerWidth - box.right)}px`;
    const above = box.top > innerHeight - box.bottom; // on the side with more room
    extra.style.top = above ? "auto" : `${box.bottom + 8}px`;
    extra.style.bottom = above ? `${innerHeight - box.top + 8}px` : "auto";
    extra.togglePopover();
  }
  extra.addEventListener("click", (event) => { if (event.target.closest("button") && extra.popover) extra.hidePopover(); });

  // -- the looked-at step: at once here, at most 12 times a second to the server, the last one always
  let sent = 0, waiting = 0;
  function send() {
    clearTimeout(waiting);
    const rest = sent + BETWEEN - performance.now();
    if (rest > 0) { waiting = setTimeout(send, rest); return; }
    sent = performance.now();
    const at = looked();
    if (at === null) ask("live");
    else ask("at", { step: at });
  }
  function go(stop) {
    const value = stop === facts.step ? null : stop;
    const same = value === looked();
    wishAt(value);
    hover({ kind: "step", step: stop });
    if (!same) send();
    wished();
  }
  const nearest = (at) => stops.reduce((best, stop) => (Math.abs(stop - at) < Math.abs(best - at) ? stop : best), stops[0]);
  function under(event) {
    const flag = event.target.closest?.("[data-step]");
    if (flag && !dragging) return Number(flag.dataset.step);
    return nearest(track.stepAt(event.clientX - run.getBoundingClientRect().left));
  }
  run.addEventListener("pointerdown", (event) => {
    if (!facts || event.button) return;
    run.setPointerCapture(event.pointerId);
    const stop = under(event);
    dragging = true;
    run.focus({ preventScroll: true });
    go(stop);
  });
  run.addEventListener("pointermove", (event) => {
    if (!facts) return;
    pointed = event.clientX - run.getBoundingClientRect().left;
    if (dragging) go(under(event));
    else if (event.pointerType === "mouse") { hover({ kind: "step", step: under(event) }); drawHover(); }
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    run.addEventListener(name, () => { if (dragging) { dragging = false; wish.atSince = performance.now(); hover(null); wished(); } });
  }
  run.addEventListener("pointerleave", () => { pointed = null; if (!dragging) hover(null); });
  run.addEventListener("keydown", (event) => {
    if (!facts || event.ctrlKey || event.metaKey || event.altKey) return;
    const i = stops.indexOf(nearest(shown()));
    const to = { ArrowLeft: i - 1, ArrowDown: i - 1, ArrowRight: i + 1, ArrowUp: i + 1, PageDown: i - 10, PageUp: i + 10, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(stops[Math.min(stops.length - 1, Math.max(0, to))]);
    hover(null);
  });

  const does = { play: toggle, step: () => forward("step"), epoch: () => forward("epoch"), back, rewind: () => begin("rewind"), pin: togglePin, keys: () => keys.showModal() };
  function onKey(event) {
    const what = facts && wanted(event);
    if (!what) return;
    event.preventDefault();
    does[what]();
  }
  document.addEventListener("keydown", onKey);
  const page = location.pathname;
  const goneBack = () => { if (location.pathname === page) ask("gone_back"); }; // another page answers for itself
  window.addEventListener("popstate", goneBack, true); // before the page asks for what the address says

  const quiet = onHover((what) => {
    const next = what?.kind === "step" ? what.step : null;
    if (next !== hovered) { hovered = next; if (facts) drawHover(); }
  });
  const observer = new ResizeObserver(() => {
    const narrow = root.clientWidth < 840; // below that the run would have no room between the buttons
    if (narrow !== root.classList.contains("narrow")) {
      root.classList.toggle("narrow", narrow);
      if (narrow) extra.setAttribute("popover", "auto");
      else extra.removeAttribute("popover");
    }
    width = run.clientWidth;
    if (facts) draw();
  });
  observer.observe(root);
  observer.observe(run);

  // -- drawing: nodes stay, only their numbers change
  const narrow = () => root.classList.contains("narrow");
  function drawHover() { if (width) track.point(dragging ? null : hovered, pointed); }
  function drawWords() {
    const at = shown(), said = words(facts, { at, back: looked() !== null, going: playing(), blocked: blocked(), narrow: narrow(), pace });
    if (first.dataset.words !== said.epoch + said.total) {
      first.dataset.words = said.epoch + said.total;
      first.replaceChildren(html("b", {}, said.epoch), said.total);
    }
    put(second, said.line);
    second.classList.toggle("held", Boolean(blocked()));
    second.classList.toggle("wraps", said.wraps);
    when.title = said.hover;
  }
  function drawButtons() {
    const going = playing(), back = looked() !== null, reason = going ? null : blocked();
    if (playIcon.dataset.name !== (going ? "pause" : "play_arrow")) {
      playIcon.dataset.name = going ? "pause" : "play_arrow";
      playIcon.replaceChildren(icon(playIcon.dataset.name));
    }
    put(playWord, going ? "Pause" : "Play");
    play.title = reason || `${going ? "Pause" : "Play"} (Space)`;
    const off = (node, value) => node.setAttribute("aria-disabled", String(Boolean(value)));
    off(play, reason);
    off(step, blocked());
    off(epoch, blocked());
    off(fork, !back);
    off(now, !back);
    const on = pinned(shown());
    pin.setAttribute("aria-label", on ? "Remove the pin here" : "Pin this moment");
    pin.title = `${pin.getAttribute("aria-label")} (P)`;
    pin.setAttribute("aria-pressed", String(on));
    if (speed.options.length !== facts.speeds.length) {
      speed.replaceChildren(...facts.speeds.map((value) => html("option", { value: value ?? "full" }, value === null ? "full speed" : `${value} step${value === 1 ? "" : "s"}/s`)));
    }
    if (root.getRootNode().activeElement !== speed) speed.value = String(facts.speed ?? "full");
  }

  function draw() {
    if (!facts) return;
    drawButtons();
    drawWords();
    if (width) track.draw(facts, { shown: shown(), wide: width, slim: narrow() });
    drawHover();
    const at = shown(), last = end(facts), loss = lossAt(facts, at), rate = rateAt(facts, at);
    const spoken = [`step ${count(at)} of ${count(last)}`, loss !== null && `loss ${number(loss)}`, rate !== null && `learning rate ${tidy(rate)}`];
    run.setAttribute("aria-valuemax", last);
    run.setAttribute("aria-valuenow", at);
    run.setAttribute("aria-valuetext", spoken.filter(Boolean).join(", "));
  }

  return {
    update(next) {
      facts = next;
      pace = paceOf(facts.step, MOVING.includes(facts.state));
      stops = [...new Set([...facts.arrays.kept.values, facts.step])].sort((a, b) => a - b);
      settle();
      draw();
    },
    end() {
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("popstate", goneBack, true);
      observer.disconnect();
      quiet();
      clearTimeout(lapse);
      clearTimeout(waiting);
    },
  };
}
