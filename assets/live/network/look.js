// The look of the network.
import { FIELD_LOOK } from "../field.js";
import { MENU_LOOK } from "../layermenu.js";
import { SUM_LOOK } from "../sum.js";

export const LOOK = `
.network .top { display: flex; align-items: center; gap: 4px 12px; min-height: 28px; flex-wrap: wrap; }
.network .top .legend { margin-left: auto; }
.network .count { display: inline-flex; align-items: center; gap: 6px; color: var(--muted); font-size: 12px; white-space: nowrap; }
.network .stage { position: relative; margin-top: 4px; border-radius: 4px; touch-action: pan-y; user-select: none; }
.network .stage svg { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
.network .stage path { fill: none; }
.network .tile { position: absolute; cursor: pointer; box-shadow: 0 0 0 1px var(--border); border-radius: 2px; }
.network .tile canvas { width: 100%; height: 100%; pointer-events: none; }
.network .tile.off canvas { opacity: .3; }
.network .tile.seen { box-shadow: 0 0 0 1.5px var(--control); }
.network .tile.locked { box-shadow: 0 0 0 2.5px var(--text); z-index: 2; }
.network .stage:focus-visible .tile.cursor { outline: 2px dashed var(--text); outline-offset: 3px; }
.network .tile .bias { position: absolute; left: -4px; bottom: -4px; width: 9px; height: 9px; border: 1px solid var(--page); border-radius: 2px; background: var(--zero); }
.network .tile .bias::after { content: ""; position: absolute; inset: -5px; }
.network .label { position: absolute; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; pointer-events: none; }
.network .label.on { color: var(--text); font-weight: 600; }
.network .label.halo { text-shadow: 0 0 3px var(--page), 0 0 3px var(--page), 0 0 3px var(--page), 0 0 2px var(--page); z-index: 3; overflow: visible; background: color-mix(in srgb, var(--page) 70%, transparent); border-radius: 4px; padding: 1px 3px; }
.network .heading { position: absolute; top: 0; transform: translateX(-50%); text-align: center; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.part .heading button, .part .count button { padding: 0; border: 0; background: none; font-size: 12px; line-height: 16px; min-height: 0; border-radius: 4px; }
.network .heading .name { display: block; margin: 0 auto; color: var(--text); font-weight: 600; white-space: nowrap; }
.part .heading button.name:hover { background: var(--raised); text-decoration: underline; text-decoration-color: var(--control); text-underline-offset: 3px; }
.network .units { display: flex; align-items: center; justify-content: center; gap: 6px; height: 20px; }
.network .units.tight { gap: 2px; }
.part .heading button.by, .part .count button.by { width: 18px; height: 18px; line-height: 16px; border: 1px solid var(--border); background: var(--page); color: var(--text); font-weight: 600; flex: none; }
.part button.by { position: relative; }
.part button.by::after { content: ""; position: absolute; inset: -5px; }
.part .heading button.by:hover, .part .count button.by:hover { border-color: var(--control); }
.part button.by:disabled { opacity: .35; cursor: default; }
.network .tight button.by { width: 15px; }
.network .tip { position: absolute; z-index: 4; pointer-events: none; padding: 2px 8px; border: 1px solid var(--border); border-radius: 6px; background: var(--page); font-size: 12px; line-height: 16px; white-space: nowrap; box-shadow: 0 1px 4px rgb(0 0 0 / .15); }
.network .rule { border: 0; border-top: 1px solid var(--rule); margin: 6px 0; }
.network .small-type { font-size: 10px; }
.network .hint { display: none; text-align: center; }
@media (pointer: coarse) {
  .part .count button.by { width: 44px; height: 44px; }
  .network .heading .by { display: none; }
  .network .heading .name::after { content: ""; position: absolute; inset: -6px -6px -2px; }
  .network .hint { display: block; }
}
${FIELD_LOOK}${MENU_LOOK}${SUM_LOOK}`;
