// The bar at the bottom: buttons that move time, and the run as a scrubber over its loss. Frame: dlplay/ui/scrubber.py.
import { hover, onHover } from "./bus.js";
import { html, number, speaker, svg, tidy } from "./dom.js";
import { icon } from "./icons.js";
import { panel, wanted } from "./keys.js";

const LOOK = `
.scrubber .bar { display: flex; align-items: center; gap: 4px; height: 72px; padding: 0 15px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); }
.scrubber .bar button { display: inline-flex; align-items: center; justify-content: center; gap: 8px; height: 40px; min-width: 40px; padding: 0; flex: none; touch-action: manipulation; }
.scrubber .bare { border-color: transparent; background: none; }
.scrubber .bare:hover { background: var(--raised); border-color: transparent; }
.scrubber .bar .play { width: 104px; background: var(--primary); color: var(--onPrimary); border-color: var(--primary); font-weight: 600; }
.scrubber button[aria-disabled=true] { opacity: .45; cursor: default; }
.scrubber .run { flex: 1; min-width: 0; margin: 0 8px; touch-action: none; cursor: pointer; border-radius: 4px; }
.scrubber .run svg { width: 100%; }
.scrubber .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.scrubber .extra { display: flex; align-items: center; gap: 2px; }
.scrubber .bar .extra button { min-width: 32px; height: 36px; }
.scrubber .extra .word { display: none; }
.scrubber .bar select { height: 36px; width: 94px; padding: 4px; font-size: 12px; margin: 0 2px; }
.scrubber .when { width: 176px; text-align: right; flex: none; white-space: nowrap; overflow: hidden; }
.scrubber .when div { overflow: hidden; text-overflow: ellipsis; }
.scrubber .when .held { font-weight: 600; color: var(--warnText); }
.scrubber .more { display: none !important; }
.scrubber.narrow .bar { flex-wrap: wrap; height: 96px; padding: 0; border: 0; border-radius: 0; gap: 4px 0; align-content: flex-start; }
.scrubber.narrow .run { order: -1; flex: 0 0 100%; margin: 0; }
.scrubber.narrow .bar button { min-width: 44px; height: 44px; }
.scrubber.narrow .bar .play { width: 88px; }
.scrubber.narrow .more { display: inline-flex !important; }
.scrubber.narrow .when { width: auto; flex: 1; }
.scrubber .extra[popover] { display: none; flex-direction: column; align-items: stretch; position: fixed; margin: 0; left: auto; top: auto; padding: 8px; border: 1px solid var(--border); border-radius: 8px; background: var(--page); color: var(--text); font: 400 14px/20px var(--fontText); box-shadow: 0 4px 16px rgb(0 0 0 / .18); }
.scrubber .extra[popover]:popover-open { display: flex; }
.scrubber .bar .extra[popover] button { justify-content: flex-start; padding: 0 12px; width: 100%; }
.scrubber .bar .extra[popover] select { width: 100%; height: 44px; font-size: 14px; padding: 4px 12px; }
.scrubber .extra[popover] .word { display: inline; }
.scrubber .keys { border: 1px solid var(--border); border-radius: 8px; padding: 16px; width: 340px; max-width: calc(100vw - 32px); margin: auto; background: var(--page); color: var(--text); font: 400 14px/20px var(--fontText); }
.scrubber .keys::backdrop { background: rgb(0 0 0 / .3); }
.scrubber .keys dl { display: grid; grid-template-columns: 72px 1fr; gap: 6px 8px; margin: 12px 0; }
.scrubber .keys dd { margin: 0; } .scrubber .keys p { margin: 0; }
@media (pointer: coarse) { .scrubber .bar button, .scrubber .bar .extra button { min-width: 44px; height: 44px; } }
`;
const HOLD = 500, GIVE_UP = 3000, BETWEEN = 85; // ms: how long a wish stands unasked, until it lapses, between two steps of a drag
const MOVING = ["playing", "starting"];
const count = (value) => Math.round(value).toLocaleString("en-US");
const epochs = (value) => (value < 10 ? String(Math.floor(10 * value) / 10) : count(Math.floor(value)));
const left = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${number(seconds / 3600, 2)} h`);

export function mount(root, act) {
  let facts = null, width = 0, stops = [], dragging = false, hovered = null, labels = "", pace = null, pointed = null;
  const seen = [];
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

  const ground = svg("path", { fill: "none", stroke: "var(--control)", "stroke-width": 1.25, "stroke-linejoin": "round" });
  const rail = svg("line", { stroke: "var(--border)", "stroke-width": 4, "stroke-linecap": "round" });
  const done = svg("line", { stroke: "var(--control)", "stroke-width": 4, "stroke-linecap": "round" });
  const past = svg("line", { stroke: "var(--text)", "stroke-width": 4, "stroke-linecap": "round" });
  const ticks = svg("path", { stroke: "var(--control)", fill: "none" });
  const pointer = svg("line", { stroke: "var(--muted)", "stroke-dasharray": "2 2", visibility: "hidden" });
  const marks = svg("g"), preview = svg("text", { class: "strong", visibility: "hidden", y: 12 });
  const label = svg("rect", { fill: "var(--page)", stroke: "var(--border)", rx: 4, y: -2, height: 19, visibility: "hidden" });
  const thumb = svg("circle", { r: 8, fill: "var(--text)", stroke: "var(--page)", "stroke-width": 2 });
  const picture = svg("svg", { "aria-hidden": "true" }, ground, rail, done, past, ticks, pointer, marks, thumb, label, preview);
  const run = html("div", { class: "run", role: "slider", tabindex: 0, "aria-label": "Time in the run", "aria-valuemin": 0 }, picture);

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
  const end = () => Math.max(facts.total ?? 0, facts.step, 1, ...facts.flags.map((flag) => flag.step));
  const x = (at) => 10 + (at / end()) * Math.max(0, width - 20);
  const nearest = (at) => stops.reduce((best, stop) => (Math.abs(stop - at) < Math.abs(best - at) ? stop : best), stops[0]);
  function under(event) {
    const flag = event.target.closest?.("[data-step]");
    if (flag && !dragging) return Number(flag.dataset.step);
    return nearest(((event.clientX - run.getBoundingClientRect().left - 10) / Math.max(1, width - 20)) * end());
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
    const narrow = root.clientWidth < 720;
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
  const set = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); };
  const put = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  function lossAt(at) {
    const { steps, losses, kept, keptLosses } = facts.arrays;
    const stop = kept.values.indexOf(at);
    if (keptLosses.values[stop] > 0) return keptLosses.values[stop];
    let low = -1, high = steps.values.length; // the last point at or before the step
    while (high - low > 1) { const middle = (low + high) >> 1; if (steps.values[middle] <= at) low = middle; else high = middle; }
    return low < 0 ? null : losses.values[low];
  }

  // The learning rate of a step; null where it has been the same all the time.
  function rateAt(at) {
    const { rateSteps, rates } = facts.arrays;
    if (rates.values.length < 2) return null;
    let found = 0;
    while (found + 1 < rateSteps.values.length && rateSteps.values[found + 1] <= at) found++;
    return rates.values[found];
  }
  // Steps a second as they are seen here: over the last two seconds of a run that plays.
  function paceSeen() {
    const time = performance.now();
    if (!MOVING.includes(facts.state) || (seen.length && facts.step < seen[seen.length - 1].step)) seen.length = 0;
    seen.push({ time, step: facts.step });
    while (seen.length > 2 && time - seen[1].time > 2000) seen.shift();
    const seconds = (time - seen[0].time) / 1000;
    pace = seconds > 0.7 ? (facts.step - seen[0].step) / seconds : null;
  }

  function drawRun() {
    const tall = !root.classList.contains("narrow"), y = tall ? 40 : 26, low = tall ? 30 : 18;
    set(picture, { height: tall ? 56 : 44, width });
    const { steps, losses, kept } = facts.arrays, n = losses.values.length;
    let least = Infinity, most = -Infinity;
    for (const value of losses.values) { least = Math.min(least, value); most = Math.max(most, value); }
    const span = Math.max(Math.log10(most / least), 0.3);
    let path = "";
    for (let i = 0; i < n; i++) path += `${i ? "L" : "M"}${x(steps.values[i]).toFixed(1)} ${(low - ((low - 3) * Math.log10(losses.values[i] / least)) / span).toFixed(1)}`;
    set(ground, { d: path });
    const to = x(shown());
    set(rail, { x1: 10, x2: Math.max(10, width - 10), y1: y, y2: y });
    set(done, { x1: 10, x2: x(facts.step), y1: y, y2: y });
    set(past, { x1: 10, x2: to, y1: y, y2: y });
    set(thumb, { cx: to, cy: y });
    let comb = "";
    for (const stop of kept.values) comb += `M${x(stop).toFixed(1)} ${y + 6}v4`;
    set(ticks, { d: comb });
    drawFlags(y, tall);
    drawHover();
  }
  function drawFlags(y, tall) {
    const key = JSON.stringify(facts.flags);
    if (key !== labels) {
      labels = key;
      marks.replaceChildren(...facts.flags.map((flag) => {
        const own = flag.kind === "pin";
        const shape = flag.kind === "change" ? svg("path", { d: "M0 -6l5 6l-5 6l-5 -6z", fill: "var(--page)", stroke: "var(--text)", "stroke-width": 1.5 }) : flag.kind === "diverged"
          ? svg("path", { d: "M-5 -12l10 10m0 -10l-10 10", stroke: "var(--errorText)", "stroke-width": 2, fill: "none" })
          : svg("path", { d: "M0 -2l-5 -8h10z", fill: own ? "var(--text)" : "var(--page)", stroke: "var(--text)" });
        const title = svg("title");
        title.textContent = `${flag.label}, step ${count(flag.step)}`;
        const words = svg("text", { y: -6, class: own ? "strong halo" : "halo" });
        words.textContent = flag.label;
        return svg("g", flag.kind === "change" ? {} : { "data-step": flag.step }, title, svg("rect", { x: -10, y: -16, width: 20, height: 16, fill: "transparent" }), shape, words);
      }));
    }
    const taken = facts.flags.map((flag) => [x(flag.step) - 7, x(flag.step) + 7]); // no label covers a flag
    const rank = (i) => ["pin", "diverged", "best"].indexOf(facts.flags[i].kind); // whose label comes first
    const order = facts.flags.map((_, i) => i).sort((a, b) => rank(a) - rank(b));
    for (const i of order) {
      const flag = facts.flags[i], node = marks.children[i], at = x(flag.step), length = 6.4 * flag.label.length;
      node.setAttribute("transform", `translate(${at.toFixed(1)} ${y})`);
      const room = ([from, to], self) => from >= 0 && to <= width && taken.every(([a, b], j) => j === self || to < a || from > b);
      const right = [at + 8, at + 9 + length], left = [at - 9 - length, at - 8];
      const place = !tall || flag.kind === "change" ? null : room(right, i) ? right : room(left, i) ? left : null;
      set(node.lastChild, { visibility: place ? "visible" : "hidden", x: place === left ? -9 : 9, "text-anchor": place === left ? "end" : "start" });
      if (place) taken.push(place);
    }
  }
  function drawHover() {
    const tall = !root.classList.contains("narrow"), on = hovered !== null && hovered <= end() && !dragging;
    for (const node of [pointer, label, preview]) node.setAttribute("visibility", on ? "visible" : "hidden");
    if (!on) return;
    const at = x(hovered), loss = lossAt(hovered);
    set(pointer, { x1: at, x2: at, y1: 2, y2: tall ? 38 : 24 });
    const change = facts.flags.find((flag) => flag.kind === "change" && Math.abs(x(flag.step) - (pointed ?? at)) < 8);
    const rate = change ? null : rateAt(hovered);
    const words = [`step ${count(change ? change.step : hovered)}`, change ? change.label : loss !== null && `loss ${number(loss)}`, rate !== null && `rate ${tidy(rate)}`];
    put(preview, words.filter(Boolean).join(" · "));
    const wide = preview.getComputedTextLength() + 10, from = Math.max(0, Math.min(width - wide, at > width / 2 ? at - 5 - wide : at + 5));
    set(label, { x: from, width: wide });
    set(preview, { x: from + 5 });
  }

  function epochAt(at) {
    if (at === facts.looking && facts.lookingEpoch !== null) return facts.lookingEpoch;
    return facts.step ? (facts.epoch * at) / facts.step : 0;
  }
  function drawWords() {
    const back = looked() !== null, at = shown(), going = playing(), narrow = root.classList.contains("narrow");
    const title = html("b", {}, `epoch ${epochs(epochAt(at))}`);
    const total = back && !narrow ? ` · step ${count(at)}` : facts.epochs && !narrow ? ` of ${count(facts.epochs)}` : "";
    if (first.dataset.words !== title.textContent + total) {
      first.dataset.words = title.textContent + total;
      first.replaceChildren(title, total);
    }
    const throughput = facts.speed === null && facts.rate !== null && `${count(facts.rate)} examples/s`;
    const quick = throughput || (pace !== null && `${pace < 10 ? tidy(pace) : count(pace)} steps/s`);
    const goes = facts.secondsLeft !== null ? `${left(facts.secondsLeft)} left` : quick, rate = rateAt(at);
    const words = { ready: "ready", opening: "starting", starting: "starting", playing: "pausing", paused: "paused", finished: "finished", diverged: "diverged", lost: "process ended" };
    const here = `step ${count(at)}`;
    let line;
    if (blocked()) line = blocked();
    else if (back && narrow) line = `now ${epochs(facts.epoch)}`;
    else if (back && rate !== null) line = `looking back at rate ${tidy(rate)}`;
    else if (back) line = `looking back, ${going ? "training" : "paused"} at ${epochs(facts.epoch)}`;
    else if (narrow) line = facts.epochs ? `of ${count(facts.epochs)}` : here;
    else if (going) line = facts.state === "starting" ? `${here} · starting` : [here, goes].filter(Boolean).join(" · ");
    else line = `${here} · ${words[facts.state] ?? "paused"}`;
    put(second, line);
    second.classList.toggle("held", Boolean(blocked()));
    when.title = [here, line, quick, rate !== null && `learning rate ${tidy(rate)}`, facts.secondsLeft !== null && `${left(facts.secondsLeft)} left`].filter(Boolean).join(" · ");
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
    if (width) drawRun();
    const at = shown(), loss = lossAt(at);
    set(run, { "aria-valuemax": end(), "aria-valuenow": at, "aria-valuetext": `step ${count(at)} of ${count(end())}${loss === null ? "" : `, loss ${number(loss)}`}${rateAt(at) === null ? "" : `, learning rate ${tidy(rateAt(at))}`}` });
  }

  return {
    update(next) {
      facts = next;
      paceSeen();
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
