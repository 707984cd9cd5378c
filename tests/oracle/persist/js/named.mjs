// Transforms, migrations, reconcilers and cases that programs name: functions cannot be
// sent. tests/oracle/persist/named.py has the same for Python.
import { createRequire } from "node:module";
import { createMigrate, createTransform } from "redux-persist";
import { build } from "./terms.mjs";

const required = createRequire(import.meta.url);
const reconciler = (name) => required(`redux-persist/lib/stateReconciler/${name}`).default;

export const RECONCILERS = {
  hardSet: reconciler("hardSet"),
  autoMergeLevel1: reconciler("autoMergeLevel1"),
  autoMergeLevel2: reconciler("autoMergeLevel2"),
};

const marked = (mark) => [
  (value) => [mark, value],
  (value) => (Array.isArray(value) && value[0] === mark ? value[1] : ["not", mark, value]),
];
const same = (value) => value;
const boom = () => { throw new Error("boom"); };
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// [on the way to the storage, on the way back]
const TRANSFORMS = {
  first: marked("first"),
  second: marked("second"),
  wrap: [
    (value, key) => ({ key, value }),
    (value) => (isObject(value) && "value" in value ? value.value : value),
  ],
  sized: [
    (value, key, full) => [Object.keys(full).length, value],
    (value, key, full) => [value, Object.keys(full).length, typeof full[key]],
  ],
  dropped: [() => undefined, same],
  lost: [same, () => undefined],
  broken: [same, boom],
  stuck: [boom, same],
};

export function transforms(list = []) {
  return list.map(({ name, only, skip }) =>
    createTransform(...TRANSFORMS[name], { whitelist: only, blacklist: skip }));
}

const CHANGES = {
  same: (state) => state,
  set: (state, key, term) => ({ ...state, [key]: build(term) }),
  bump: (state, key) => ({ ...state, [key]: state[key] + 1 }),
  rename: (state, from, to) => {
    const { [from]: value, ...rest } = state;
    return { ...rest, [to]: value };
  },
  move: (state, from, to) => (from in state ? CHANGES.rename(state, from, to) : state),
  drop: (state, key) => {
    const { [key]: value, ...rest } = state;
    return rest;
  },
  nothing: () => undefined,
  throw: boom,
};

export function migrations(named) {
  const changes = Object.entries(named).map(([version, [verb, ...rest]]) =>
    [version, (state) => CHANGES[verb](state, ...rest)]);
  return createMigrate(Object.fromEntries(changes), { debug: false });
}

// What a slice does on an action; `name` is its own.
const CASES = {
  same: (state) => state,
  fresh: (state) => (isObject(state) ? { ...state } : Array.isArray(state) ? [...state] : state),
  set: (state, action, name, term) => build(term),
  count: (state) => (typeof state === "number" ? state + 1 : 1),
  put: (state, action, name, key, term) => ({ ...(isObject(state) ? state : {}), [key]: build(term) }),
  push: (state, action, name, term) => [...(Array.isArray(state) ? state : []), build(term)],
  payload: (state, action) => (action.payload === undefined ? state : action.payload),
  inbound: (state, action, name) => action.payload?.[name] ?? state,
  gone: () => undefined,
  throw: boom,
};

export function reducer(name, { initial, cases = [] }) {
  const start = build(initial);
  return (state = start, action) => {
    const found = cases.find(([type]) => type === action.type);
    return found ? CASES[found[1]](state, action, name, ...found.slice(2)) : state;
  };
}

// A reducer of the whole state that keeps what it does not know, and lets slices vanish.
export function loose(reducers) {
  return (state = {}, action) => {
    const next = { ...state };
    for (const [name, each] of Object.entries(reducers)) next[name] = each(state[name], action);
    const keys = Object.keys(next);
    const isSame = keys.length === Object.keys(state).length && keys.every((key) => next[key] === state[key]);
    return isSame ? state : next;
  };
}
