// Redux Toolkit and hand-written JavaScript, on the same programs as the Python sides.
//
// A long-lived process: it says which Node it is, and then answers every line of its
// input by one line, both of them JSON. {"do": "run", "program", "count", "span"} runs
// a program again and again, `count` operations at a time, until `span` seconds are
// over, and answers the seconds of one operation: the median of these batches.
// {"do": "show", "program"} answers the state that its operations have made.

import { createInterface } from "node:readline";

const [items, isInlined] = [Number(process.argv[2]), process.argv[3] === "inlined"];
if (isInlined) {
  // As a bundler would: what asks for NODE_ENV on every dispatch finds it in an object,
  // not in the environment of the process.
  process.env = { ...process.env };
}
const { configureStore, createSelector, createSlice } = await import("@reduxjs/toolkit");

const STRIDE = 7;
const keyOf = (number) => `item-${number}`;
const keys = Array.from({ length: items }, (_, n) => keyOf((n * STRIDE) % items));
// Every program goes on where it was, round and round.
const walk = () => {
  let at = -1;
  return () => keys[(at = (at + 1) % items)];
};

const itemOf = (number) => ({
  id: keyOf(number),
  title: `Engineer ${number}`,
  company: "Example and Sons",
  salary: 50_000 + number,
  note: "",
  done: false,
});

const boardOf = () => ({
  shown: "all",
  items: Object.fromEntries(
    Array.from({ length: items }, (_, n) => [keyOf(n), itemOf(n)]),
  ),
});

const counter = createSlice({
  name: "counter",
  initialState: { count: 0, step: 1, label: "visits" },
  reducers: {
    increment(state) {
      state.count += state.step;
    },
    settle(state) {
      if (state.step === 0) state.count = 0;
    },
  },
});

const board = createSlice({
  name: "board",
  initialState: boardOf,
  reducers: {
    toggle(state, action) {
      const item = state.items[action.payload];
      item.done = !item.done;
    },
  },
});

const look = createSlice({
  name: "look",
  initialState: { theme: "dark", page: "home", is_open: true },
  reducers: {
    turn(state, action) {
      state.page = action.payload;
    },
  },
});

const account = createSlice({
  name: "account",
  initialState: { name: "Ada", city: "London", visits: 3 },
  reducers: {
    rename(state, action) {
      state.name = action.payload;
    },
  },
});

function storeOf(slice) {
  const reducer = {
    [slice.name]: slice.reducer,
    look: look.reducer,
    account: account.reducer,
  };
  const store = configureStore({ reducer });
  let calls = 0;
  store.subscribe(() => {
    calls += 1;
  });
  return store;
}

// An action without a payload, over and over.
function counting(increment) {
  const store = storeOf(counter);
  const run = (count) => {
    for (let n = 0; n < count; n++) store.dispatch(increment());
  };
  return { run, show: () => store.getState() };
}

function toggling() {
  const store = storeOf(board);
  const { toggle } = board.actions;
  const next = walk();
  const run = (count) => {
    for (let n = 0; n < count; n++) store.dispatch(toggle(next()));
  };
  return { run, show: () => store.getState() };
}

// No store and no listener: what a reducer does when nobody helps it.
function spreading(initial, reduce) {
  let state = initial;
  const next = walk();
  const run = (count) => {
    for (let n = 0; n < count; n++) state = reduce(state, next());
  };
  return { run, show: () => state };
}

function spreadItem(state, key) {
  const item = state.items[key];
  const changed = { ...item, done: !item.done };
  return { ...state, items: { ...state.items, [key]: changed } };
}

function selecting() {
  const select = createSelector(
    [(state) => state.counter.count, (state) => state.look.page],
    (count, page) => ({ count, page }),
  );
  const state = storeOf(counter).getState();
  let last = select(state);
  const run = (count) => {
    for (let n = 0; n < count; n++) last = select(state);
  };
  return { run, show: () => last };
}

const makers = {
  rtk_flat: () => counting(counter.actions.increment),
  rtk_noop: () => counting(counter.actions.settle),
  rtk_toggle: toggling,
  js_flat: () =>
    spreading(counter.getInitialState(), (state) => ({
      ...state,
      count: state.count + state.step,
    })),
  js_toggle: () => spreading(boardOf(), spreadItem),
  reselect_hit: selecting,
};
const programs = new Map();

// Made when it is first asked for, so that no program waits for the memory of others.
function programOf(name) {
  if (!Object.hasOwn(makers, name)) throw new Error(`there is no program ${name}`);
  if (!programs.has(name)) programs.set(name, makers[name]());
  return programs.get(name);
}

const middle = (numbers) => {
  const sorted = numbers.sort((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

function secondsOf({ run }, { count, span }) {
  const clock = process.hrtime.bigint;
  const batches = [];
  let before = clock();
  const until = before + BigInt(Math.round(span * 1e9));
  do {
    run(count);
    const now = clock();
    batches.push(Number(now - before));
    before = now;
  } while (before < until);
  return middle(batches) / count / 1e9;
}

function answer(order) {
  const program = programOf(order.program);
  if (order.do === "show") return { state: program.show() };
  return { seconds: secondsOf(program, order) };
}

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
tell({ node: process.version });
for await (const line of createInterface({ input: process.stdin })) {
  tell(answer(JSON.parse(line)));
}
