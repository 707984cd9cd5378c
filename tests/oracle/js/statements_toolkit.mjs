// The statements S1 to S10 about Redux Toolkit, each as one small program.
// tests/oracle/test_statements_toolkit.py runs the same in Python.
import * as rtk from "@reduxjs/toolkit";
import { produce } from "immer";
import { attempt, errorKind } from "./terms.mjs";

const { configureStore, createAction, createReducer, createSlice } = rtk;
const quiet = { devTools: false, middleware: () => [] };
const kind = (run) => attempt(run)[1];

// A slice with one reducer, run once on what it begins with.
function once(reducer, initialState = { a: 1, n: { x: 1 } }) {
  const { reducer: reduce } = createSlice({ name: "t", initialState, reducers: { go: reducer } });
  const before = reduce(undefined, { type: "@" });
  const [outcome, after] = attempt(() => reduce(before, { type: "t/go" }));
  return outcome === "ok" ? [after, after === before] : after;
}

function thrownText(run) {
  try {
    run();
  } catch (error) {
    return error.message;
  }
  return "";
}

export function s1() {
  return {
    mutate: once((s) => { s.a = 2; }), returnNew: once(() => ({ z: 1 })),
    both: once((s) => { s.a = 2; return { z: 1 }; }), implicit: once((s) => (s.a = 2)),
    sameDraft: once((s) => { s.a = 2; return s; }), none: once(() => null), nothing: once(() => {}),
    sameValue: once((s) => { s.a = 1; }), reverted: once((s) => { s.a = 2; s.a = 1; }),
    number: once((s) => s + 1, 5), numberAndNothing: once(() => {}, 5), nullAndNothing: once(() => {}, null),
  };
}

export function s2() {
  const { reducer, actions } = createSlice({ name: "t", initialState: { n: 0 }, reducers: { add: (s) => { s.n += 1; } } });
  let passed;
  const after = produce({ inner: { n: 1 } }, (draft) => {
    passed = reducer(draft.inner, actions.add()) === draft.inner;
  });
  return { after, passed };
}

export function s3() {
  const log = [];
  const say = (word) => () => { log.push(word); };
  const slice = createSlice({
    name: "s", initialState: { n: 0 }, reducers: { own: (s) => { log.push("own"); s.n += 1; } },
    extraReducers: (builder) => builder.addCase("other", say("other"))
      .addMatcher((a) => a.type.startsWith("s/"), (s) => { log.push(`m1 ${s.n}`); })
      .addMatcher((a) => a.type.endsWith("n"), say("m2")).addDefaultCase(say("default")),
  });
  for (const type of ["s/own", "other", "unknown", "q"]) {
    slice.reducer(undefined, { type });
    log.push("|");
  }
  const build = (run) => kind(() => createReducer(0, run)(0, { type: "x" }));
  const same = (s) => s;
  return {
    log, refused: [
      build((b) => b.addCase("a", same).addCase("a", same)),
      build((b) => b.addMatcher(() => true, same).addCase("a", same)),
      build((b) => b.addDefaultCase(same).addMatcher(() => true, same)),
      build((b) => b.addDefaultCase(same).addDefaultCase(same)),
    ],
  };
}

export function s4() {
  const log = [];
  const slice = createSlice({
    name: "p", initialState: { n: 0 },
    reducers: {
      add: { reducer: (s, a) => { log.push(a.payload); }, prepare: (t) => ({ payload: { t }, meta: { m: 1 }, error: false }) },
      plain: () => { log.push("own"); },
    },
    extraReducers: (builder) => builder.addCase("p/plain", () => { log.push("extra"); }),
  });
  slice.reducer(undefined, slice.actions.plain());
  slice.reducer(undefined, slice.actions.add("hi"));
  const creator = createAction("x");
  const bare = creator();
  return {
    log, prepared: slice.actions.add("hi"), type: slice.actions.add.type, text: String(slice.actions.add),
    match: [creator.match({ type: "x" }), creator.match({ type: "y" })], given: creator(1),
    bare: [bare.type, bare.payload ?? null],
    badPrepare: kind(() => createAction("x", () => {})()), noName: kind(() => createSlice({ initialState: 0, reducers: {} })),
  };
}

export function s5() {
  let calls = 0;
  const lazy = createSlice({ name: "l", initialState: () => ({ v: (calls += 1), in: {} }), reducers: {} });
  const [one, two] = [lazy.reducer(undefined, { type: "a" }), lazy.reducer(undefined, { type: "a" })];
  lazy.reducer(one, { type: "a" });
  return { values: [one.v, two.v, lazy.getInitialState().v], calls, frozen: Object.isFrozen(lazy.getInitialState().in) };
}

export function s6() {
  const slice = createSlice({
    name: "c", initialState: { n: 3 }, reducers: { add: (s) => { s.n += 1; } },
    selectors: { value: (state, more = 0) => state.n + more },
  });
  const { value } = slice.selectors;
  const root = rtk.combineSlices({ other: (s = 0) => s });
  const store = configureStore({ reducer: root, ...quiet });
  const refused = attempt(() => value(store.getState()))[0];
  const injected = slice.injectInto(root);
  const before = injected.selectors.value(store.getState());
  store.dispatch(slice.actions.add());
  return {
    selected: [value({ c: { n: 1 } }), value({ c: { n: 1 } }, 5), value.unwrapped({ n: 7 })], refused, before,
    keys: Object.keys(store.getState()).sort(), after: injected.selectors.value(store.getState()),
    elsewhere: slice.getSelectors((state) => state.deep.c).value({ deep: { c: { n: 9 } } }),
  };
}

export function s7() {
  const part = (s = 1) => s;
  const seen = [];
  const log = () => (next) => (action) => { seen.push(action.type); return next(action); };
  const store = configureStore({ reducer: { a: part, b: part }, middleware: (make) => make().concat(log), devTools: false });
  store.dispatch((dispatch) => dispatch({ type: "from a thunk" }));
  const twice = attempt(() => configureStore({ reducer: part, middleware: () => [log, log], devTools: false }))[0];
  return { state: store.getState(), seen, twice };
}

export function s8() {
  const store = configureStore({
    reducer: (s = 4, a) => (a.type === "add" ? s + 1 : s), devTools: false,
    middleware: (make) => make({ thunk: { extraArgument: "extra" } }),
  });
  const returned = store.dispatch((dispatch, getState, extra) => {
    dispatch({ type: "add" });
    return [getState(), extra];
  });
  return { returned, state: store.getState() };
}

export function s9() {
  const state = { todos: [{ done: false }] };
  const reduce = (held = state, action) => {
    if (action.type === "mutate") held.todos[0].done = action.payload;
    return held;
  };
  const options = { reducer: reduce, devTools: false };
  const store = configureStore({ ...options, middleware: (make) => make({ serializableCheck: false }) });
  const inside = thrownText(() => store.dispatch({ type: "mutate", payload: true }));
  const other = configureStore({ ...options, middleware: (make) => make({ serializableCheck: false }) });
  other.dispatch({ type: "q" });
  state.todos[0].done = "between";
  const between = thrownText(() => other.dispatch({ type: "q" }));
  const [said, error] = [[], console.error];
  console.error = (...words) => said.push(words.join(" "));
  configureStore({ reducer: (s = 0) => s, devTools: false }).dispatch({ type: "go", payload: { to: [() => 1] }, meta: { arg: () => 1 } });
  console.error = error;
  return {
    inside: [/inside a dispatch/.test(inside), /todos\.0\.done/.test(inside)],
    between: [/between dispatches/.test(between), /todos\.0\.done/.test(between)],
    serialisable: [said.length, /payload\.to\.0/.test(said[0])],
  };
}

export async function s10() {
  const slice = createSlice({
    name: "c", initialState: 0,
    reducers: { high: (s) => s + 1, low: { reducer: (s) => s + 1, prepare: rtk.prepareAutoBatched() } },
  });
  const store = configureStore({
    reducer: slice.reducer, devTools: false, middleware: () => [],
    enhancers: (make) => make({ autoBatch: { type: "tick" } }),
  });
  const log = [];
  store.subscribe(() => log.push(store.getState()));
  const tick = () => new Promise((done) => setImmediate(done));
  const { low, high } = slice.actions;
  for (const action of [low(), low(), low()]) store.dispatch(action);
  log.push(`now ${store.getState()}`);
  await tick();
  log.push("after the tick");
  for (const action of [low(), high()]) store.dispatch(action);
  log.push("before the tick");
  await tick();
  return { log, meta: low(1) };
}
