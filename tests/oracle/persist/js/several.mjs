// Several persistReducers: of one key, one inside another, and of two tabs.
import { combineReducers, legacy_createStore } from "redux";
import { persistReducer, persistStore } from "redux-persist";
import { Clock } from "./timers.mjs";

const counter = (type) => (state = 0, action) => (action.type === type ? state + 1 : state);

function memory(data) {
  return {
    getItem: async (key) => data[key],
    setItem: async (key, value) => void (data[key] = value),
    removeItem: async (key) => void delete data[key],
  };
}

async function started(root, clock) {
  const seen = [];
  const store = legacy_createStore((state, action) => {
    if (action.type.startsWith("persist/")) seen.push([action.type, action.key ?? null]);
    return root(state, action);
  });
  persistStore(store);
  await clock.settle();
  return { store, seen };
}

function ticking() {
  const clock = new Clock(() => {});
  clock.install();
  return clock;
}

// Two slices with one key: the actions that come of it, and what is left of `two`.
export async function twice() {
  const [clock, data] = [ticking(), {}];
  const config = { key: "k", storage: memory(data) };
  const one = persistReducer(config, combineReducers({ one: counter("a") }));
  const two = persistReducer(config, combineReducers({ two: counter("b") }));
  const { store, seen } = await started(combineReducers({ one, two }), clock);
  store.dispatch({ type: "b" });
  await clock.settle();
  store.dispatch({ type: "a" });
  await clock.settle();
  return { seen, stored: data["persist:k"] };
}

// A persisted slice in a persisted root: what both documents have.
export async function nested() {
  const [clock, data] = [ticking(), {}];
  const slice = combineReducers({ kept: counter("a"), secret: counter("a") });
  const inner = persistReducer({ key: "inner", storage: memory(data), blacklist: ["secret"] }, slice);
  const root = persistReducer({ key: "root", storage: memory(data) }, combineReducers({ inner }));
  const { store } = await started(root, clock);
  store.dispatch({ type: "a" });
  await clock.settle();
  return data;
}

// Two tabs with one storage; each counts once, and the first one once more.
export async function tabs() {
  const [clock, data] = [ticking(), {}];
  const root = () => combineReducers({ one: counter("one"), two: counter("two") });
  const config = { key: "k", storage: memory(data) };
  const first = await started(persistReducer(config, root()), clock);
  const second = await started(persistReducer(config, root()), clock);
  for (const [{ store }, type] of [[first, "one"], [second, "two"], [first, "one"]]) {
    store.dispatch({ type });
    await clock.settle();
  }
  const { _persist, ...state } = first.store.getState();
  return { stored: data["persist:k"], state };
}

// A slice that is added later: what is stored before, with it, and in the end.
export async function added({ stored }) {
  const [clock, data] = [ticking(), { "persist:k": stored }];
  const config = { key: "k", storage: memory(data) };
  const { store } = await started(persistReducer(config, combineReducers({ one: counter("one") })), clock);
  store.dispatch({ type: "one" });
  await clock.settle();
  const both = combineReducers({ one: counter("one"), late: counter("late") });
  store.replaceReducer(persistReducer(config, both));
  store.dispatch({ type: "one" });
  await clock.settle();
  const { _persist, ...state } = store.getState();
  return { stored: data["persist:k"], state };
}
