// Terms: values as JSON can carry them, in programs and in traces.
//
//   null, true, 3, "x"     themselves
//   {n: "nan"|"-0"|"inf"}  numbers that JSON cannot write
//   {u: 1}                 undefined
//   {o: [[key, term]...]}  object      {r: ...}  the same, a class's instance in Python
//   {a: [term...]}         array       {s: [...]} Set      {m: [[key, term]...]} Map
//
// A trace also tells which containers are the same object, and which are of the base.
import { current, isDraft } from "immer";

const NUMBERS = { nan: NaN, "-0": -0, inf: Infinity };

export function build(term) {
  if (term === null || typeof term !== "object") return term;
  const [kind, content] = Object.entries(term)[0];
  switch (kind) {
    case "n": return NUMBERS[content];
    case "u": return undefined;
    case "a": return content.map(build);
    case "s": return new Set(content.map(build));
    case "m": return new Map(content.map(([key, each]) => [key, build(each)]));
    case "o":
    case "r": return Object.fromEntries(content.map(([key, each]) => [key, build(each)]));
    default: throw new Error(`unknown term ${kind}`);
  }
}

export function isContainer(value) {
  return value !== null && typeof value === "object";
}

export function kindOf(value) {
  if (Array.isArray(value)) return "a";
  if (value instanceof Set) return "s";
  if (value instanceof Map) return "m";
  return isContainer(value) ? "o" : "";
}

function scalar(value) {
  if (value === undefined) return { u: 1 };
  if (typeof value === "function" || typeof value === "symbol") return { f: 1 };
  if (typeof value !== "number") return value;
  if (Number.isNaN(value)) return { n: "nan" };
  if (Object.is(value, -0)) return { n: "-0" };
  if (value === Infinity) return { n: "inf" };
  return value;
}

// As Python can tell: an empty Map has no keys that would set it apart from an object.
const saidKind = (value) =>
  value instanceof Map && value.size === 0 ? "o" : kindOf(value);

export function entriesOf(value) {
  const kind = kindOf(value);
  if (kind === "m") return [...value.entries()];
  if (kind === "a") return value.map((each, index) => [index, each]);
  if (kind === "s") return [...value].map((each) => [null, each]);
  return Object.entries(value);
}

const order = (texts) => texts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

// A term without identities. A set has no order that Python would share.
export function plain(value, seen = []) {
  if (isDraft(value)) return plain(current(value), seen);
  if (!isContainer(value)) return scalar(value);
  if (seen.includes(value)) return { cycle: 1 };
  const path = [...seen, value];
  const kind = kindOf(value);
  const entries = entriesOf(value);
  if (kind === "a") return { a: entries.map(([, each]) => plain(each, path)) };
  if (kind === "s") return { s: sorted(entries.map(([, each]) => plain(each, path))) };
  return { [saidKind(value)]: entries.map(([key, each]) => [scalar(key), plain(each, path)]) };
}

const sorted = (terms) =>
  order(terms.map((each) => JSON.stringify(each))).map((each) => JSON.parse(each));

// The same for equal values, whatever the order of keys.
export function canonical(value) {
  const flat = (term) => {
    if (!isContainer(term)) return term;
    if (Array.isArray(term)) return term.map(flat);
    const [kind, content] = Object.entries(term)[0];
    if (kind !== "o" && kind !== "m") return { [kind]: flat(content) };
    return { [kind]: order(content.map((each) => JSON.stringify(flat(each)))) };
  };
  return JSON.stringify(flat(plain(value)));
}

// Where each container of a value stands: the first path to it.
export function places(value, path = [], found = new Map()) {
  if (!isContainer(value) || found.has(value)) return found;
  found.set(value, path);
  for (const [key, each] of entriesOf(value)) places(each, [...path, key], found);
  return found;
}

// A term with identities: each container says its path in the base, or null, and
// whether it is frozen; one that was seen before is {again: number}.
export function graph(value, base = new Map(), seen = new Map()) {
  if (!isContainer(value)) return scalar(value);
  if (isDraft(value)) return { draft: 1 };
  if (seen.has(value)) return { again: seen.get(value) };
  seen.set(value, seen.size);
  const kind = kindOf(value);
  const said = { is: saidKind(value), of: base.get(value) ?? null, frozen: Object.isFrozen(value) };
  if (kind === "s") return { ...said, has: plain(value).s };
  const has = entriesOf(value).map(([key, each]) => [key, graph(each, base, seen)]);
  return { ...said, has };
}

const KINDS = [
  [/frozen and should not|read only prop|not extensible|delete property/, "frozen"],
  [/^boom/, "thrown"],
  [/has been revoked/, "revoked"],
  [/new value \*and\* modified/, "both"],
  [/are draftable|to `createDraft`/, "undraftable"],
  [/'current' expects|'original' expects|to `finishDraft`/, "not a draft"],
  [/Cannot apply patch|Unsupported patch|Patching reserved|"replace" patches/, "patch"],
  [/while the reducer is executing|Reducers may not|constructing your middleware/, "busy"],
  [/^Actions m|^Action "type"|did not return an object/, "action"],
  [/returned undefined|A case reducer on a non-draftable/, "undefined state"],
  [/`builder|required option|two reducers/, "declaration"],
  [/bindActionCreators expected|the observer to be/, "argument"],
  [/Maximum call stack/, "endless"],
];

export function errorKind(error) {
  const text = String(error?.message ?? error);
  const found = KINDS.find(([pattern]) => pattern.test(text));
  return found ? found[1] : `other: ${text}`;
}

export function attempt(action) {
  try {
    return ["ok", action()];
  } catch (error) {
    return ["error", errorKind(error)];
  }
}
