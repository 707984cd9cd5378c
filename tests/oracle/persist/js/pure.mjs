// JSON, documents and reconcilers by themselves; no store is there.
import { createPersistoid, getStoredState } from "redux-persist";
import { RECONCILERS, transforms } from "./named.mjs";
import { build, plain } from "./terms.mjs";
import { Clock } from "./timers.mjs";

// What JSON.parse makes of a text, and JSON.stringify of that.
export function text({ text }) {
  try {
    const value = JSON.parse(text);
    return [plain(value), JSON.stringify(value)];
  } catch {
    return "refused";
  }
}

export const value = ({ value }) => JSON.stringify(build(value)) ?? null;

function storage(data, isLive) {
  return {
    getItem: async (key) => data[key],
    setItem: async (key, value) => void (data[key] = isLive ? JSON.stringify(value) : value),
    removeItem: async (key) => void delete data[key],
  };
}

function config({ whitelist, blacklist, ...rest }, data) {
  const isLive = rest.serialize === false;
  const live = isLive ? { serialize: false, deserialize: false } : {};
  const lists = { whitelist, blacklist, transforms: transforms(rest.transforms) };
  return { key: "k", storage: storage(data, isLive), ...lists, ...live };
}

// What is stored after each of several states; with serialize: false, its JSON text.
export async function written({ states, ...rest }) {
  new Clock().install(); // which nobody tells to go on
  const [data, texts] = [{}, []];
  const persistoid = createPersistoid(config(rest, data));
  for (const each of states) {
    persistoid.update(build(each));
    await persistoid.flush();
    texts.push(data["persist:k"] ?? null);
  }
  return texts;
}

// What is read of a document: its fields, and the version as createMigrate sees it. With
// serialize: false, of the object that is its JSON.
export async function read({ text, ...rest }) {
  try {
    const stored = rest.serialize === false ? JSON.parse(text) : text;
    const { _persist, ...fields } = await getStoredState(config(rest, { "persist:k": stored }));
    const version = _persist && _persist.version !== undefined ? _persist.version : -1;
    return { fields: plain(fields), version, isRehydrated: _persist?.rehydrated === true };
  } catch {
    return "refused";
  }
}

function defined(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(defined);
  const kept = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(kept.map(([key, each]) => [key, defined(each)]));
}

// A value of `reduced` that is {same: 1} is that of `original`. An instance in Python
// has the keys it has; and a key with undefined is none.
export function reconciled({ name, inbound, original, reduced }) {
  const before = build(original);
  const pairs = reduced.map(([key, each]) => [key, each?.same ? before[key] : build(each)]);
  const after = Object.fromEntries(pairs);
  const state = defined(RECONCILERS[name](build(inbound), before, after, { debug: false }));
  const known = ([key]) => !("r" in original) || key in before;
  return plain(Object.fromEntries(Object.entries(state).filter(known)));
}
