// The statements R1 to R14 about Redux, each as one small program.
// tests/oracle/test_statements_redux.py runs the same in Python.
import * as redux from "redux";
import { thunk } from "redux-thunk";
import { attempt, errorKind } from "./terms.mjs";

const count = (state = 0, action) => (action.type === "add" ? state + 1 : state);
const add = { type: "add" };
const store = (reducer = count, preloaded, ...middlewares) =>
  redux.legacy_createStore(reducer, preloaded, redux.applyMiddleware(thunk, ...middlewares));
const kind = (run) => attempt(run)[1];

// What is wrong with an action, told apart by its error.
function wrong(run) {
  const text = attempt(run)[0] === "error" && String(thrown(run).message);
  if (/undefined "type"/.test(text)) return "no type";
  return /must be a string/.test(text) ? "type is no text" : "no action";
}

function thrown(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

function warnings(run) {
  const [seen, error] = [[], console.error];
  console.error = (text) => seen.push(text);
  try {
    return [run(), seen.length];
  } finally {
    console.error = error;
  }
}

export function r1() {
  const seen = [];
  const made = store((state = 0, { type }) => (seen.push(type), state));
  made.replaceReducer((state = 0, { type }) => (seen.push(type), state));
  const isPrivate = seen.map((type) => type.startsWith("@@"));
  return { dispatched: seen.length, isPrivate, different: new Set(seen).size };
}

export function r2() {
  const made = store((state = 0, action) => (action.type === "in" ? (made.dispatch({}), state) : state));
  const bad = [{}, { type: 1 }, { type: null }, null, 5, [add], new (class A { type = "a"; })()];
  return {
    returned: made.dispatch(add) === add,
    wrong: bad.map((action) => wrong(() => made.dispatch(action))),
    checkedBeforeBusy: wrong(() => made.dispatch({ type: "in" })),
  };
}

export function r3() {
  let stop = () => {};
  const verbs = {
    get: () => made.getState(), subscribe: () => made.subscribe(() => {}),
    unsubscribe: () => stop(), dispatch: () => made.dispatch(add),
    boom: () => { throw new Error("boom"); },
  };
  const made = store((state = 0, action) => (verbs[action.type]?.(), count(state, action)));
  stop = made.subscribe(() => {});
  const kinds = Object.keys(verbs).map((type) => kind(() => made.dispatch({ type })));
  const before = made.getState();
  made.dispatch(add);
  return { kinds, before, after: made.getState() };
}

export function r4() {
  const [made, log] = [store(), []];
  const listen = (name) => (...args) => log.push([name, args.length]);
  const twice = listen("twice");
  made.subscribe(listen("first"));
  const [one, other] = [made.subscribe(twice), made.subscribe(twice)];
  made.dispatch({ type: "nothing" });
  one();
  one();
  made.dispatch(add);
  other();
  made.dispatch(add);
  return log;
}

export function r5() {
  const [made, log] = [store(), []];
  let [calls, stopPeer] = [0, () => {}];
  made.subscribe(() => {
    log.push("L1");
    if (calls++ > 0) return;
    made.subscribe(() => log.push("late"));
    made.dispatch(add);
    log.push("L1 after nested");
    stopPeer();
  });
  stopPeer = made.subscribe(() => log.push(`L2:${made.getState()}`));
  made.dispatch(add);
  log.push("again");
  made.dispatch(add);
  return log;
}

export function r6() {
  const [made, log] = [store(), []];
  made.subscribe(() => log.push("before"));
  made.subscribe(() => { throw new Error("boom"); });
  made.subscribe(() => log.push("after"));
  return { kind: kind(() => made.dispatch(add)), log, state: made.getState() };
}

export function r7() {
  const part = (value) => (state = value) => state;
  const made = store(redux.combineReducers({ kept: part(1), gone: part(2) }), { kept: 5, gone: 6 });
  const seen = [];
  made.subscribe(() => seen.push(made.getState()));
  made.replaceReducer(redux.combineReducers({ kept: part(1), fresh: part(9) }));
  return { seen, keys: Object.keys(made.getState()) };
}

export function r8() {
  const [made, seen] = [store(), []];
  const { unsubscribe } = made[Symbol.observable ?? "@@observable"]().subscribe({ next: (state) => seen.push(state) });
  made.dispatch(add);
  unsubscribe();
  made.dispatch(add);
  const refused = [null, 5].map((each) => kind(() => made["@@observable"]().subscribe(each)));
  return { seen, refused };
}

export function r9() {
  const probes = [];
  redux.combineReducers({ a: (state = 1, { type }) => (probes.push(type.startsWith("@@")), state) });
  const none = redux.combineReducers({ a: (state) => state });
  const late = redux.combineReducers({ slice: (state = 1, { type }) => (type === "go" ? undefined : state) });
  const text = String(thrown(() => late({ slice: 1 }, { type: "go" })).message);
  return {
    probes, atFirstCall: kind(() => none(undefined, add)), later: kind(() => late({ slice: 1 }, { type: "go" })),
    names: [text.includes("slice"), text.includes("go")],
    falsy: redux.combineReducers({ a: (s = null) => s, b: (s = 0) => s, c: (s = "") => s, d: (s = false) => s })(undefined, add),
  };
}

export function r10() {
  const reducer = redux.combineReducers({ b: count, a: (state = { x: 1 }) => state });
  const first = reducer(undefined, { type: "q" });
  const extra = { ...first, unknown: 1 };
  const [after, once] = warnings(() => [reducer(extra, add), reducer(extra, add)][0]);
  const same = reducer(extra, { type: "q" });
  return {
    keys: Object.keys(first), unchanged: reducer(first, { type: "q" }) === first,
    partKept: reducer(first, add).a === first.a, dropped: Object.keys(after), once,
    anew: [same === extra, same.a === first.a],
  };
}

export function r11() {
  const [kept, undefinedWarned] = warnings(() => redux.combineReducers({ a: count, b: undefined, c: 5 })(undefined, add));
  const [empty, emptyWarned] = warnings(() => redux.combineReducers({})({}, add));
  const [fresh, stateWarned] = warnings(() => redux.combineReducers({ a: count })(5, { type: "q" }));
  return { kept, undefinedWarned, empty, emptyWarned, fresh, stateWarned };
}

export function r12() {
  const log = [];
  const named = (name) => (api) => (next) => (action) => {
    log.push(`${name}>`);
    if (name === "B" && action.type === "outer") api.dispatch(add);
    const result = next(action);
    log.push(`<${name}`);
    return result;
  };
  const made = store(count, undefined, named("A"), named("B"));
  made.dispatch({ type: "outer" });
  const early = kind(() => store(count, undefined, (api) => (api.dispatch(add), (next) => next)));
  return { log, state: made.getState(), early };
}

export function r13() {
  const one = (value) => `${value}1`;
  return {
    none: redux.compose()(5), single: redux.compose(one) === one,
    order: redux.compose((x) => `${x}a`, (x) => `${x}b`, (x, y) => x + y)("1", "2"),
  };
}

export function r14() {
  const sent = [];
  const creators = { go: (x) => ({ type: "go", x }), no: 5 };
  const bound = redux.bindActionCreators(creators, (action) => (sent.push(action), "sent"));
  const single = redux.bindActionCreators(creators.go, (action) => (sent.push(action), "one"));
  return {
    keys: Object.keys(bound), results: [bound.go(1), single(2)], sent,
    refused: [null, 5].map((each) => errorKind(thrown(() => redux.bindActionCreators(each, () => {})))),
  };
}
