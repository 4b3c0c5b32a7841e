// A number typed in place: a small field over a picture. Enter sets, Esc and leaving the field leave things as they are.
import { html, minus } from "./dom.js";

export const FIELD_LOOK = `
.field { position: absolute; z-index: 5; display: flex; align-items: center; gap: 6px; padding: 4px 6px; border: 1px solid var(--text); border-radius: 8px; background: var(--page); font-size: 12px; white-space: nowrap; }
.part .field input { width: 84px; padding: 2px 6px; font: 12px/20px var(--fontNumber); }
.part .field input:invalid { border-color: var(--errorText); }
`;

// A number as people write it: with a point or a comma, a minus or a true minus; NaN for anything else.
function numberFrom(words) {
  const plain = words.trim().replace(",", ".").replace("−", "-");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

// host: positioned node; x, y: where the field should be centred in it; done(value) is called once, when a number was set.
export function askNumber(host, { x, y, value, label, limit, done, after }) {
  const input = html("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": label });
  input.value = String(Number(value.toPrecision(4)));
  const node = html("div", { class: "field" }, html("span", { class: "muted" }, label), input);
  const given = () => { const set = numberFrom(input.value); return Math.abs(set) <= limit ? set : NaN; };
  const check = () => {
    input.setCustomValidity(Number.isNaN(given()) ? `a number from ${minus(String(-limit))} to ${limit}` : "");
    input.title = input.validationMessage;
  };
  let open = true;
  const close = (back) => {
    if (!open) return;
    open = false;
    node.remove();
    if (back) after?.();
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close(true);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") { // steps a tenth; the field's own step would be 1
      event.preventDefault();
      input.value = String(Math.round(((given() || 0) + (event.key === "ArrowUp" ? 0.1 : -0.1)) * 1e4) / 1e4);
    }
    check();
    if (event.key === "Enter" && input.reportValidity()) { const set = given(); close(true); done(set); }
  });
  input.addEventListener("input", check);
  node.addEventListener("click", (event) => event.stopPropagation());
  input.addEventListener("blur", () => close(false));
  host.append(node);
  const fits = (centre, size, room) => Math.max(0, Math.min(room - size, centre - size / 2));
  node.style.left = `${fits(x, node.offsetWidth, host.clientWidth)}px`;
  node.style.top = `${fits(y, node.offsetHeight, host.clientHeight)}px`;
  input.focus({ preventScroll: true });
  input.select();
}
