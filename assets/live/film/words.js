// What a film's picture says about a frame, and about all of them.
import { fixed } from "../dom.js";

export const words = {
  all: ({ frames, memory, layers, eye }) => `A film of ${frames} frames. Under each frame: what layer ${layers[eye].title} of the eyes sees there, ${memory.units * memory.directions} units of memory, and the answer if the film ended there. Left and right go from frame to frame, up and down from map to map, Enter locks, Escape releases.`,
  // What would be said after this frame, and what a unit holds there.
  at(facts, time, unit) {
    const { names, said, memory, arrays } = facts, best = said[time], share = arrays.answers.values[time * names.length + best];
    const right = facts.true === null ? "" : best === facts.true ? ", which is right" : `, but it is ${names[facts.true]}`;
    const end = time === facts.frames - 1 ? "After the whole film it says" : `If the film ended at frame ${time + 1}, it would say`;
    const way = memory.directions < 2 || unit === null || unit === undefined ? "" : unit < memory.units ? " → from the start" : " ← from the end";
    const holds = unit === null || unit === undefined ? "" : `; unit ${(unit % memory.units) + 1}${way} holds ${fixed(arrays.hidden.values[unit * facts.frames + time])}`;
    return `${end} “${names[best]}” with ${share.toFixed(2)}${right}${holds}.`;
  },
};
