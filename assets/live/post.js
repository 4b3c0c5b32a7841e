// The post between a live part and its server. A busy server can lose a message or get it twice, so what is done in a part
// is numbered, and told again until a frame says that it was heard: once done, it happens once.
// Eight bytes stand before every frame: the number of the last act that was heard (dlplay/ui/live.py writes them).
import { begin as mount } from "./part.js";

const PATIENCE = 1500; // ms until it is told again, then twice as long, and so on
const TIMES = 4, MOST = 32;
let last = 0; // no two acts of a page have the same number, and later ones have larger numbers

export function begin(name, parent, post) {
  let waiting = [], again = 0;
  const tell = (times = 0) => {
    clearTimeout(again);
    if (!waiting.length || times > TIMES) return;
    post.tell({ acts: waiting });
    again = setTimeout(() => tell(times + 1), PATIENCE * 2 ** times);
  };
  const part = {
    act(value) {
      last = Math.max(last + 1, Date.now());
      waiting = [...waiting, { ...value, nth: last }].slice(-MOST);
      tell();
    },
  };
  const open = () => {
    if (!post.data) return;
    const bytes = post.data instanceof Uint8Array ? post.data : new Uint8Array(post.data);
    const heard = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    waiting = waiting.filter(({ nth }) => nth > heard);
    if (!waiting.length) clearTimeout(again);
    part.data = bytes.subarray(8);
  };
  post.update = () => { open(); part.update?.(); };
  post.end = () => { clearTimeout(again); part.end?.(); };
  open();
  return mount(name, parent, part);
}
