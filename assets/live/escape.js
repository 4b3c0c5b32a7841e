// Escape goes one level back wherever the focus is in a picture, or nowhere. leave: does so, and says whether there was one.
export function onEscape(leave) {
  const listen = (event) => {
    const path = event.composedPath(), near = path[0] === document.body || path.some((node) => node.classList?.contains("part"));
    if (event.key === "Escape" && !event.defaultPrevented && near && leave()) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
