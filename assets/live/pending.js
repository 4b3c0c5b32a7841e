// What was just asked for is shown at once; frames made before the server heard of it do not take it back.
const PATIENCE = 1500; // ms

export function pending() {
  let asked = null;
  return {
    ask(value) { asked = { value, until: performance.now() + PATIENCE }; },
    // The value to show, given the one in the frame.
    now: (given) => (asked ? asked.value : given),
    // A frame has come with this value: it is an answer when it agrees, or when it took too long.
    hear(given) {
      if (asked && (performance.now() > asked.until || JSON.stringify(given) === JSON.stringify(asked.value))) asked = null;
    },
  };
}
