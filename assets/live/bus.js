// What is hovered right now, shared by all parts of the page in this browser: hover never asks the server.
const listeners = new Set();
let hovered = null;

export const current = () => hovered;
export function hover(what) {
  hovered = what;
  for (const listener of listeners) listener(what);
}
// Calls back at every change of hover; returns a function that stops.
export function onHover(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
