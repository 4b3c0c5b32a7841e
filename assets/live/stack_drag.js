// Moving a row by its handle, with mouse, pen or finger: the row follows, a line shows where it will stand.
import { html } from "./dom.js";

// rows(): what stands in the list, each { type, start, end, node }; begin(index) when a drag starts; drop(from, to) when it ends elsewhere.
export function draggable(list, { rows, begin, drop }) {
  const line = html("div", { class: "landing", hidden: true });
  let drag = null;

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip"), all = rows(), from = all.findIndex(({ node }) => node.contains(grip));
    if (!grip || from < 0 || all[from].type !== "row" || event.button) return;
    event.preventDefault();
    begin(all[from].start);
    drag = { id: event.pointerId, y: event.clientY, scroll: list.scrollTop, item: rows().find(({ start, type }) => type === "row" && start === all[from].start), place: null };
    list.setPointerCapture(event.pointerId);
    list.append(line);
    list.classList.add("dragging");
    drag.item.node.classList.add("held");
  });
  list.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const box = list.getBoundingClientRect();
    if (event.clientY < box.top + 24) list.scrollTop -= 8;
    if (event.clientY > box.bottom - 24) list.scrollTop += 8;
    drag.item.node.style.transform = `translateY(${event.clientY - drag.y + list.scrollTop - drag.scroll}px)`;
    const all = rows(), after = all.filter(({ node }) => node !== drag.item.node).filter(({ node }) => {
      const { top, height } = node.getBoundingClientRect();
      return event.clientY > top + height / 2;
    });
    const last = after.at(-1);
    drag.place = last ? last.end : 0;
    const edge = last ? last.node.offsetTop + last.node.offsetHeight : all[0].node.offsetTop;
    line.style.top = `${edge - 1}px`;
    line.hidden = false;
  });
  const finish = (event) => {
    if (drag?.id !== event.pointerId) return;
    const { item, place } = drag;
    drag = null;
    item.node.classList.remove("held");
    item.node.style.transform = "";
    list.classList.remove("dragging");
    line.hidden = true;
    line.remove();
    if (event.type !== "pointerup" || place === null) return;
    const to = place > item.start ? place - 1 : place;
    if (to !== item.start) drop(item.start, to);
  };
  list.addEventListener("pointerup", finish);
  list.addEventListener("pointercancel", finish);
}
