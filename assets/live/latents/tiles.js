// The answer and every latent as small pictures; under each how much of the answer comes from it.
import { html, put } from "../dom.js";

const GAP = 8, WORDS = 24, SMALLEST = 40, LARGEST = 96; // pixels: between two, of what stands under one, of a picture's width

// hand: { look(latent), leave(), choose(latent) }; null stands for the answer.
export function tiles(hand) {
  const node = html("div", { class: "list" });
  let list = [], made = "", columns = 1, touched = false;

  // As large as all of them can be in a place of this size; in any height where there is none.
  function fitted(count, wide, tall, ratio) {
    for (let across = Math.max(1, Math.floor((wide + GAP) / (LARGEST + GAP))); ; across++) {
      const width = Math.floor((wide + GAP) / across) - GAP, height = Math.round(width * ratio);
      if (width < SMALLEST) return { across: Math.max(1, across - 1), width: Math.floor((wide + GAP) / Math.max(1, across - 1)) - GAP };
      if (width <= LARGEST && (tall === null || Math.ceil(count / across) * (height + WORDS) <= tall)) return { across, width };
    }
  }
  function tile(latent) {
    const canvas = html("canvas", { role: "img" }), name = html("span"), share = html("span", { class: "number" }), fill = html("span", { class: "fill" });
    const one = html("button", { type: "button", class: "tile", tabindex: "-1" }, canvas, html("span", { class: "words" }, name, share), html("span", { class: "track" }, fill));
    one.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    one.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") hand.look(latent); });
    one.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hand.leave(); });
    one.addEventListener("click", () => {
      if (touched && !one.classList.contains("peek") && !one.classList.contains("on")) hand.look(latent);
      else hand.choose(latent);
    });
    return { latent, node: one, canvas, name, share, fill };
  }

  return {
    node,
    across: () => columns,
    // over(canvas, latent, width, height) paints one.
    update(facts, over, wide, tall) {
      const all = [null, ...facts.shown], [, rows, pixels] = facts.shape, { across, width } = fitted(all.length, wide - 2, tall, rows / pixels);
      const height = Math.round((width * rows) / pixels), signature = JSON.stringify(all);
      columns = across;
      if (signature !== made) { made = signature; list = all.map(tile); node.replaceChildren(...list.map((one) => one.node)); }
      Object.assign(node.style, { gridTemplateColumns: `repeat(${across}, ${width}px)`, maxHeight: tall === null ? "" : `${tall + 6}px` });
      const asks = facts.arrays.asks.values, most = Math.max(...asks, 1e-9);
      list.forEach(({ latent, node: one, canvas, name, share, fill }, i) => {
        over(canvas, latent, width, height);
        const weight = latent === null ? 1 : asks[i - 1];
        put(name, latent === null ? "answer" : `${latent + 1}`);
        put(share, latent === null ? "" : weight.toFixed(2));
        fill.parentNode.style.visibility = latent === null ? "hidden" : "";
        fill.style.width = `${(100 * weight) / most}%`;
        const label = latent === null ? "What the answer looks at" : `Latent ${latent + 1}: the answer takes ${weight.toFixed(2)} from it`;
        if (one.title !== label) { one.title = label; one.setAttribute("aria-label", label); canvas.setAttribute("aria-label", label); }
      });
    },
    // locked: the latent that is, or null; at: the one pointed at, undefined for none.
    mark(locked, at) {
      for (const one of list) {
        one.node.classList.toggle("on", one.latent === locked);
        one.node.classList.toggle("peek", at !== undefined && one.latent === at && at !== locked);
      }
    },
  };
}
