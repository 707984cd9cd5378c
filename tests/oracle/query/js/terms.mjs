// Terms: values as JSON can carry them, in programs and in traces.
//
//   null, true, 3, 0.5, "x"    themselves
//   {n: "nan"|"-0"|"inf"|"-inf"}    numbers that JSON cannot write
//   {d: "43f0000000000000"}    a number by its 64 bits: all but whole ones up to 2 ** 53
//   {w: "18446744073709551616"}    a whole number beyond that: a BigInt, an int in Python
//   {u: 1}                     undefined
//   {o: [[key, term]...]}      object    {a: [term...]}  array
const NUMBERS = { nan: NaN, "-0": -0, inf: Infinity, "-inf": -Infinity };
const bits = new DataView(new ArrayBuffer(8));

export function build(term) {
  if (term === null || typeof term !== "object") return term;
  const [kind, content] = Object.entries(term)[0];
  switch (kind) {
    case "n": return NUMBERS[content];
    case "d": bits.setBigUint64(0, BigInt(`0x${content}`)); return bits.getFloat64(0);
    case "w": return BigInt(content);
    case "u": return undefined;
    case "a": return content.map(build);
    case "o": return Object.fromEntries(content.map(([key, each]) => [key, build(each)]));
    default: throw new Error(`unknown term ${kind}`);
  }
}

function number(value) {
  const found = Object.keys(NUMBERS).find((name) => Object.is(NUMBERS[name], value));
  if (found) return { n: found };
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 53) return value;
  bits.setFloat64(0, value);
  return { d: bits.getBigUint64(0).toString(16).padStart(16, "0") };
}

export function plain(value) {
  if (value === undefined) return { u: 1 };
  if (typeof value === "bigint") return { w: value.toString() };
  if (typeof value === "number") return number(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return { a: Array.from(value, plain) };
  return { o: Object.entries(value).map(([key, each]) => [key, plain(each)]) };
}
