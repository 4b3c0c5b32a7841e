// Walking in a picture with the keyboard: it is one tab stop, then arrows.
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// How many rows and columns this key goes on, null for every other key.
export const arrow = (event) => ARROWS[event.key] ?? null;
// Whether a key comes without Ctrl, Alt and Meta: with them it belongs to the browser.
export const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
export const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
