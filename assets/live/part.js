// Begins one live part: gives its node the look, loads its module, hands it every frame that comes.
// A module exports mount(root, act) and returns { update(facts), end?() }; facts.arrays[name] = { shape, values }.
import { unpack } from "./frame.js";
import { dress, onTheme } from "./theme.js";

export async function begin(name, parent, part) {
  const holder = document.createElement("div"), root = document.createElement("div");
  root.className = `part ${name}`;
  holder.append(root);
  parent.append(holder);
  part.end = () => holder.remove();
  await dress(holder, root);
  const { mount } = await import(`./${name}.js`);
  if (!holder.isConnected) return; // taken away before it was there
  const view = mount(root, (value) => part.act(value));
  let facts = null;
  part.update = () => { if (part.data) view.update((facts = unpack(part.data))); };
  const quiet = onTheme(root, () => { if (facts) view.update(facts); });
  part.end = () => { quiet(); view.end?.(); holder.remove(); };
  part.update();
}
