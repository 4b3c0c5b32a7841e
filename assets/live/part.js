// Begins one live part: gives its node the look, loads its module, hands it every frame that comes.
// A module exports mount(root, act) and returns { update(facts), end?() }; facts.arrays[name] = { shape, values }.
import { unpack } from "./frame.js";
import { dress, onTheme } from "./theme.js";

export async function begin(name, parent, part) {
  const root = document.createElement("div");
  root.className = `part ${name}`;
  parent.append(root);
  await dress(parent, root);
  const { mount } = await import(`./${name}.js`);
  const view = mount(root, (value) => part.act(value));
  let facts = null;
  part.update = () => { if (part.data) view.update((facts = unpack(part.data))); };
  const quiet = onTheme(root, () => { if (facts) view.update(facts); });
  part.end = () => { quiet(); view.end?.(); root.remove(); };
  part.update();
}
