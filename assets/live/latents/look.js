// How latents over an image look.
export const LOOK = `
.latents .top { height: 24px; }
.latents .title { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.latents .formula { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.latents .stage { display: flex; gap: 16px; align-items: flex-start; outline-offset: 4px; border-radius: 4px; margin-top: 4px; }
.latents .large { position: relative; flex: none; cursor: crosshair; }
.latents .large canvas { width: 100%; height: 100%; }
.latents .large svg { position: absolute; inset: 0; pointer-events: none; }
.latents .cuts { fill: none; stroke: var(--control); }
.latents .list { flex: 1; min-width: 0; display: grid; gap: 4px 8px; align-content: start; overflow: hidden auto; scrollbar-width: thin; padding: 3px; margin: -3px; }
.part.latents .tile { display: block; border: 0; background: none; padding: 0; min-height: 0; border-radius: 2px; text-align: left; box-shadow: none; font-weight: 400; }
.latents .tile canvas { border-radius: 2px; }
.latents .tile .words { display: flex; justify-content: space-between; font-size: 12px; line-height: 16px; color: var(--muted); white-space: nowrap; }
.latents .tile .track { display: block; height: 3px; border-radius: 1px; background: var(--raised); } .latents .tile .fill { display: block; height: 100%; border-radius: 1px; background: var(--text); }
.latents .tile.on canvas { box-shadow: 0 0 0 1px var(--page), 0 0 0 3px var(--text); }
.latents .tile.peek canvas { box-shadow: 0 0 0 1px var(--text); }
.latents .tile.on .words { color: var(--text); }
.latents .told { min-height: 16px; margin-top: 4px; }
.latents .told.number { font-family: var(--fontText); color: var(--muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; height: 16px; }
.latents.narrow .stage { flex-direction: column; } .latents.narrow .list { width: 100%; } .latents.narrow .top { height: auto; flex-wrap: wrap; }
.latents.narrow .told, .latents.narrow .told.number { white-space: normal; height: auto; }
`;
