// Prints the 65 letters (T, A, D, F) of an Intelligent Mail barcode as an encoder that is not ours
// makes them: node barcode.mjs TRACKING [ROUTING]
import bwipjs from "bwip-js";

const text = process.argv.slice(2).join("");
const [{ bhs, bbs }] = bwipjs.raw({ bcid: "onecode", text });
const tops = bhs.map((height, at) => bbs[at] + height);
const highest = Math.max(...tops);
const lowest = Math.min(...bbs);
const near = (one, other) => Math.abs(one - other) < 1e-6;
const letter = (at) => {
  const up = near(tops[at], highest);
  const down = near(bbs[at], lowest);
  if (up && down) return "F";
  return up ? "A" : down ? "D" : "T";
};
console.log(bhs.map((_, at) => letter(at)).join(""));
