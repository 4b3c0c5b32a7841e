// A frame: facts and arrays as one piece of bytes. dlplay/frame.py writes it and tells the layout.
const KINDS = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

export function unpack(bytes) {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const length = new DataView(view.buffer, view.byteOffset, 4).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(view.subarray(4, 4 + length)));
  const aligned = (view.byteOffset + 4 + length) % 8 === 0 ? view : view.slice();
  const begin = aligned.byteOffset + 4 + length;
  for (const [name, { dtype, shape, at }] of Object.entries(facts.arrays)) {
    const count = shape.reduce((a, b) => a * b, 1);
    facts.arrays[name] = { shape, values: new KINDS[dtype](aligned.buffer, begin + at, count) };
  }
  return facts;
}
