// redux-persist on the same work as the Python side.
//
// A long-lived process: it says which Node it is, and then answers every line of its
// input by one line, both of them JSON. An order names what to `do`, below; times are in
// seconds. Stores have one persistReducer around all slices, as its guide shows it.

import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

// As a bundler would: what asks for NODE_ENV on every dispatch finds it in an object,
// not in the environment of the process.
process.env = { ...process.env };
const { combineReducers, legacy_createStore } = await import("redux");
const { persistReducer, persistStore } = await import("redux-persist");
const { Counting, Files } = await import("./storages.mjs");

const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const turn = () => new Promise((done) => setImmediate(done));

const middle = (numbers) => {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

const adding = (name, initial) => {
  const type = `${name}/addOne`;
  return (state = initial, action) =>
    action.type === type ? { ...state, count: state.count + 1 } : state;
};

const filling = (name) => {
  const type = `${name}/fill`;
  return (state = {}, action) =>
    action.type === type ? { ...state, ...action.payload } : state;
};

// No timeout: its timer would go on after a store is done with.
function kept(reducers, storage, config = {}) {
  const settings = { key: "root", storage, timeout: 0, ...config };
  return legacy_createStore(persistReducer(settings, combineReducers(reducers)));
}

const hydrated = (store) =>
  new Promise((done) => {
    const persistor = persistStore(store, null, () => done(persistor));
  });

// Until its queue is empty and its timer has ended.
async function settled(persistor) {
  await persistor.flush();
  await new Promise((done) => setTimeout(done, 2));
}

const shelves = (states) =>
  Object.fromEntries(Object.entries(states).map(([name, each]) => [name, adding(name, each)]));

// ----------------------------------------------------------------- reading what is stored

async function fill({ folder, path }) {
  const states = JSON.parse(readFileSync(path, "utf8"));
  const names = Object.keys(states);
  const store = kept(Object.fromEntries(names.map((name) => [name, filling(name)])), new Files(folder));
  const persistor = await hydrated(store);
  for (const name of names) store.dispatch({ type: `${name}/fill`, payload: states[name] });
  await settled(persistor);
  return { slices: names.length };
}

let last = null;

async function hydrate({ folder, names, times }) {
  const reducers = Object.fromEntries(names.map((name) => [name, filling(name)]));
  const taken = [];
  for (let n = 0; n < times; n++) {
    const store = kept(reducers, new Files(folder, { isReadOnly: true }));
    const start = seconds();
    const persistor = await hydrated(store);
    taken.push(seconds() - start);
    last = store.getState();
    await settled(persistor);
  }
  return { seconds: middle(taken) };
}

// ---------------------------------------------------------------------------- dispatching

const counting = () => ({
  counter: (state = { count: 0, step: 1, label: "visits" }, action) =>
    action.type === "counter/increment" ? { ...state, count: state.count + state.step } : state,
  look: (state = { theme: "dark", page: "home", is_open: true }) => state,
  account: (state = { name: "Ada", city: "London", visits: 3 }) => state,
});

const stores = new Map();

async function storeOf(isKept) {
  if (!stores.has(isKept)) {
    const reducers = counting();
    const whitelist = ["counter", "look"];
    const store = isKept
      ? kept(reducers, new Counting(), { whitelist, throttle: 250 })
      : legacy_createStore(combineReducers(reducers));
    if (isKept) await hydrated(store);
    let calls = 0;
    store.subscribe(() => {
      calls += 1;
    });
    stores.set(isKept, store);
  }
  return stores.get(isKept);
}

async function dispatch({ kept: isKept, count, span }) {
  const store = await storeOf(isKept);
  const batches = [];
  let before = seconds();
  const until = before + span;
  do {
    for (let n = 0; n < count; n++) store.dispatch({ type: "counter/increment" });
    const now = seconds();
    batches.push(now - before);
    before = now;
  } while (before < until);
  const { _persist, ...state } = store.getState();
  return { seconds: middle(batches) / count, state };
}

// -------------------------------------------------------------------------------- writing

async function amplify({ shelves: states }) {
  const storage = new Counting();
  const store = kept(shelves(states), storage);
  const persistor = await hydrated(store);
  await settled(persistor);
  const pairs = [];
  for (const name of Object.keys(states)) {
    const before = storage.bytes;
    store.dispatch({ type: `${name}/addOne` });
    await settled(persistor);
    const encoded = Buffer.byteLength(JSON.stringify(store.getState()[name]));
    pairs.push([storage.bytes - before, encoded]);
  }
  return { pairs };
}

async function sync({ folder, shelf, writes }) {
  const storage = new Files(folder);
  const store = kept(shelves({ shelf }), storage);
  const persistor = await hydrated(store);
  await settled(persistor);
  const start = seconds();
  for (let n = 0; n < writes; n++) {
    store.dispatch({ type: "shelf/addOne" });
    await persistor.flush();
  }
  const taken = seconds() - start;
  const document = JSON.parse(await storage.getItem("persist:root"));
  return { seconds: taken, count: JSON.parse(document.shelf).count };
}

// What is stored of each slice after each write; see `delays_of` in delays.py.
function delaysOf({ changes, landed, end, patience }) {
  const stored = Object.fromEntries(Object.keys(changes).map((name) => [name, 0]));
  const found = [];
  for (const { text, at } of landed.filter((each) => each.at <= end)) {
    const document = JSON.parse(text);
    for (const name of Object.keys(changes)) {
      const { count } = JSON.parse(document[name]);
      if (count > stored[name]) found.push(at - changes[name][stored[name]]);
      stored[name] = count;
    }
  }
  for (const [name, times] of Object.entries(changes)) {
    const waits = stored[name] < times.length ? end - times[stored[name]] : 0;
    if (waits > patience) found.push(waits);
  }
  return found;
}

async function churn({ folder, shelves: states, throttle, span }) {
  const landed = [];
  const storage = new Files(folder, { landed: (text) => landed.push({ text, at: seconds() }) });
  const store = kept(shelves(states), storage, { throttle });
  const persistor = await hydrated(store);
  await settled(persistor);
  landed.length = 0;
  const names = Object.keys(states);
  const changes = Object.fromEntries(names.map((name) => [name, []]));
  const start = seconds();
  while (seconds() < start + span) {
    for (const name of names) {
      changes[name].push(seconds());
      store.dispatch({ type: `${name}/addOne` });
    }
    // A program that does not return to the event loop has no timers at all.
    await turn();
  }
  const end = seconds();
  const delays = delaysOf({ changes, landed, end, patience: throttle / 1000 });
  const writes = landed.filter((each) => each.at <= end).length;
  await settled(persistor);
  return { delays, writes, dispatches: names.length * changes[names[0]].length };
}

const show = async () => {
  const { _persist, ...state } = last;
  return { state };
};

const known = { amplify, churn, dispatch, fill, hydrate, show, sync };

async function answer(order) {
  if (!Object.hasOwn(known, order.do)) throw new Error(`nobody can do ${order.do}`);
  return known[order.do](order);
}

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
tell({ node: process.version });
for await (const line of createInterface({ input: process.stdin })) {
  tell(await answer(JSON.parse(line)));
}
