// What the real packages do where we do something else; named as in deviations.py.
import { autoBatchEnhancer, configureStore, createAsyncThunk, createSlice } from "@reduxjs/toolkit";
import * as immer10 from "immer10";
import * as immer from "immer";
import * as redux from "redux";
import { createSelector, lruMemoize } from "reselect";
import { settled } from "./effects.mjs";
import { attempt, plain } from "./terms.mjs";

const { produce, produceWithPatches } = immer;
const never = { devModeChecks: { inputStabilityCheck: "never", identityFunctionCheck: "never" } };
const state = () => immer.freeze({ a: { x: 1 }, b: [1, 2] }, true);
const told = (run) => attempt(run)[1];
const patches = (base, recipe) => produceWithPatches(immer.freeze(base, true), recipe)[1].map(({ op, path, value }) => [op, path, value ?? null]);
const createStore = (reducer, preloaded) => redux.legacy_createStore(reducer, preloaded);

export const deviations = {
  "none-is-nothing": () => produce(state(), () => null),
  "caller-keeps-what-it-put-in": () => {
    const given = { v: 1 };
    produce(state(), (d) => { d.o = given; d.o.v = 2; });
    return [given.v, Object.isFrozen(given)];
  },
  "base-is-not-frozen": () => {
    const base = { a: { x: 1 } };
    return [produce(base, () => {}) === base, Object.isFrozen(base)];
  },
  "untouched-plain-parts-are-copied": () => {
    const base = { a: { x: 1 }, b: [] };
    return produce(base, (d) => { d.a.x = 2; }).b === base.b;
  },
  "leaked-drafts-can-be-read": () => {
    let leak;
    produce(state(), (d) => { leak = d.a; leak.x = 2; });
    return [told(() => leak.x), attempt(() => (leak.x = 3))[0]];
  },
  "one-object-put-in-twice": () => {
    const given = { v: 1 };
    const after = produce(state(), (d) => { d.one = given; d.two = given; });
    return after.one === after.two;
  },
  "originals-are-drafted-again": () => told(() => produce(state(), (d) => { d.b = immer.original(d).a; d.b.x = 2; }).b.x),
  "class-instances-are-state": () => told(() => produce(new (class Point { x = 1; })(), (d) => { d.x = 2; }).x),
  "numbers-have-classes": () => {
    const base = immer.freeze({ n: 1 });
    return produce(base, (d) => { d.n = 1.0; }) === base;
  },
  "zero-has-a-sign": () => {
    const after = produce(immer.freeze({ n: 0 }), (d) => { d.other = 1; d.n = -0; });
    return plain(after.n);
  },
  "no-holes-in-lists": () => told(() => produce(state(), (d) => { d.b[5] = 9; }).b.length),
  "keys-keep-their-order": () => Object.keys(produce(immer.freeze({}), (d) => { d["2"] = 1; d["1"] = 1; })),
  "numbered-dicts-are-dicts": () => {
    const base = immer.freeze(new Map([[1, { x: 1 }]]), true);
    return produce(base, (d) => { d.get(1); d.set(1, immer.original(d).get(1)); }) === base;
  },
  "reversing-one-object-changes-nothing": () => {
    const one = { x: 1 };
    const base = immer.freeze([one, one], true);
    return produce(base, (d) => { d.reverse(); }) === base;
  },
  "null-in-a-set": () => immer10.produce(new Set(), (d) => { d.add(null); }).size,
  "no-coroutines": () => String(produce(state(), async () => {})),
  "nothing-for-a-value": () => told(() => produce(5, () => undefined)),
  "recipes-in-create-draft": () => {
    const draft = immer.createDraft(state());
    draft.o = produce(draft, (d) => { d.b.push(3); });
    return told(() => JSON.stringify(immer.finishDraft(draft).o.a));
  },
  "patches-in-another-order": () => patches({ a: { x: 1 }, b: { y: 1 } }, (d) => { d.a.x = 2; d.b.y = 2; }).map(([, path]) => path),
  "no-useless-patches": () => patches({ n: NaN }, (d) => { d.n = 1; d.n = NaN; }).length,
  "finer-patches": () => {
    const base = immer10.freeze([{ x: 1 }, { x: 2 }, { x: 3 }], true);
    const recipe = (d) => { d.unshift(0); d[3].x = 9; d.shift(); };
    return immer10.produceWithPatches(base, recipe)[1].map(({ path }) => path);
  },
  "patches-that-lead-back": () => {
    const base = immer10.freeze({ a: [1, 2], b: { x: 1 } }, true);
    const [after, made] = immer10.produceWithPatches(base, (d) => { d.a.push(d.b); delete d.b.x; d.c = d.b; });
    return JSON.stringify(immer10.applyPatches(base, made)) === JSON.stringify(after);
  },
  "sets-have-no-order": () => patches({ s: new Set(["x"]) }, (d) => { d.s.add("y"); })[0][1],
  "patches-stay-in-the-list": () => told(() => immer.applyPatches(state(), [{ op: "add", path: ["b", 9], value: 1 }]).b.length),
  "all-patches-are-checked": () => told(() => immer.applyPatches(state(), [{ op: "move", path: ["a"] }, { op: "replace", path: [], value: 1 }])),
  "always-frozen": () => Object.isFrozen(
    createSlice({ name: "s", initialState: 1, reducers: { go: () => ({ x: 1 }) } }).reducer(1, { type: "s/go" }),
  ),
  "no-payload-is-no-key": () => Object.keys(createSlice({ name: "s", initialState: 1, reducers: { go: () => {} } }).actions.go()).sort(),
  "a-replacement-that-fails-is-taken-back": () => {
    const store = createStore((s = 0) => s + 1);
    attempt(() => store.replaceReducer(() => { throw new Error("boom"); }));
    return attempt(() => store.dispatch({ type: "q" }).type);
  },
  "none-has-no-parts": () => attempt(() => redux.combineReducers({ a: (s = 1) => s })(null, { type: "q" }))[0],
  "one-argument-of-dispatch": () => {
    const seen = [];
    const note = () => (next) => (...all) => { seen.push(all.length); return next(...all); };
    redux.legacy_createStore((s = 0) => s, redux.applyMiddleware(note)).dispatch({ type: "q" }, "more");
    return seen;
  },
  "private-types": () => {
    const seen = [];
    createStore((s = 0, { type }) => (seen.push(type.split("/")[0]), s));
    return seen;
  },
  "names-of-python": () => ["getState", "dispatch", "subscribe", "replaceReducer"].filter((name) => name in createStore((s = 0) => s)),
  "deferred-listeners-are-settled-first": () => {
    const [log, queued] = [[], []];
    const queue = autoBatchEnhancer({ type: "callback", queueNotification: (call) => queued.push(call) });
    const store = configureStore({ reducer: (s = 0) => s, middleware: () => [], devTools: false, enhancers: () => [queue] });
    const twice = () => log.push("twice");
    store.subscribe(() => { log.push("first"); store.subscribe(() => log.push("late")); });
    store.subscribe(twice);
    store.subscribe(twice);
    store.dispatch({ type: "a", meta: { RTK_autoBatch: true } });
    queued[0]();
    return log;
  },
  "the-first-abort-counts": async () => {
    let open;
    const thunk = createAsyncThunk("t", async () => 1, { condition: () => new Promise((done) => (open = done)) });
    const store = configureStore({ reducer: (s = 0) => s, devTools: false });
    const run = store.dispatch(thunk());
    run.abort("first");
    run.abort("second");
    open(true);
    await settled();
    return (await run).error.message;
  },
  "memos-are-bounded": () => {
    const selector = createSelector([(s) => s.a], (a) => ({ a }), never);
    const states = Array.from({ length: 20 }, () => ({ a: {} }));
    for (const each of [...states, states[0]]) selector(each);
    return selector.recomputations();
  },
  "memos-know-nan": () => {
    const selector = createSelector([(s) => s.a], (a) => [a], { ...never, memoize: lruMemoize });
    for (const b of [1, 2]) selector({ a: NaN, b });
    return selector.recomputations();
  },
  "both-layers-are-cleared": () => {
    const selector = createSelector([(s) => s.a], (a) => [a], never);
    const given = { a: {} };
    selector(given);
    selector.clearCache();
    selector(given);
    return selector.recomputations();
  },
};
