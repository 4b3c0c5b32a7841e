// The marks that stand for examples: a shape for each class, filled for training, hollow for held-out.
const SHAPES = [
  (g, r) => g.rect(-r * 0.9, -r * 0.9, 1.8 * r, 1.8 * r),
  (g, r) => g.arc(0, 0, r, 0, 7),
  (g, r) => polygon(g, 3, 1.25 * r, -Math.PI / 2),
  (g, r) => polygon(g, 4, 1.25 * r, 0),
  (g, r) => star(g, 1.4 * r),
];

function polygon(g, corners, r, turn) {
  for (let i = 0; i < corners; i++) g.lineTo(r * Math.cos(turn + (i * 2 * Math.PI) / corners), r * Math.sin(turn + (i * 2 * Math.PI) / corners));
  g.closePath();
}
function star(g, r) {
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 ? r * 0.45 : r, angle = -Math.PI / 2 + (i * Math.PI) / 5;
    g.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  g.closePath();
}

// Draws class `shape` at x, y of a canvas: ink inside and ground around it, or the other way round when hollow.
export function mark(g, shape, x, y, r, ink, ground, hollow) {
  g.save();
  g.translate(x, y);
  g.beginPath();
  SHAPES[shape % SHAPES.length](g, r);
  g.fillStyle = hollow ? ground : ink;
  g.strokeStyle = hollow ? ink : ground;
  g.lineWidth = hollow ? 1.5 : 0.8;
  g.fill();
  g.stroke();
  g.restore();
}

// An example whose answer is a number: a disc in its colour, outlined so that a pale one is seen; a hole when held out.
export function dot(g, x, y, colour, line, ground, hollow) {
  g.lineWidth = 0.8;
  g.strokeStyle = line;
  g.fillStyle = colour;
  g.beginPath(); g.arc(x, y, 3.6, 0, 7); g.fill(); g.stroke();
  if (!hollow) return;
  g.fillStyle = ground;
  g.beginPath(); g.arc(x, y, 1.7, 0, 7); g.fill(); g.stroke();
}

// The same mark as a small canvas of its own, for legends and buttons.
export function badge(shape, ink, ground) {
  const canvas = document.createElement("canvas"), g = canvas.getContext("2d");
  canvas.width = canvas.height = 24;
  canvas.style.cssText = "width:12px;height:12px;flex:none";
  g.scale(2, 2);
  mark(g, shape, 6, 6, 4, ink, ground, false);
  return canvas;
}
