// The statements S11 to S13, each as one small program.
// tests/oracle/test_statements_async.py runs the same in Python.
import { configureStore, createAsyncThunk, createEntityAdapter, createListenerMiddleware } from "@reduxjs/toolkit";
import { freeze, produce } from "immer";
import { settled } from "./effects.mjs";

function logging() {
  const log = [];
  const reducer = (state = 0, action) => {
    if (!action.type.startsWith("@")) log.push([action.type, action.meta?.arg ?? null]);
    return state + 1;
  };
  const store = configureStore({ reducer, devTools: false, middleware: (make) => make({ serializableCheck: false }) });
  return [store, log];
}

const flags = ({ type, payload, meta, error }) => ({
  type, payload: payload ?? null, aborted: meta.aborted ?? null, condition: meta.condition ?? null,
  rejectedWithValue: meta.rejectedWithValue ?? null, status: meta.requestStatus,
});

export async function s11() {
  const [store, log] = logging();
  let open;
  const opened = new Promise((done) => (open = done));
  const seen = [];
  const thunk = createAsyncThunk("t", async (arg, api) => {
    if (arg === "reject") return api.rejectWithValue({ code: 1 });
    if (arg === "throw") throw new TypeError("bad");
    if (arg === "wait") {
      await opened;
      seen.push(api.signal.aborted);
    }
    return arg;
  }, { condition: (arg) => arg !== "skip" });
  const ok = store.dispatch(thunk("ok"));
  const atOnce = [...log];
  const ends = { ok: flags(await ok) };
  for (const arg of ["reject", "throw", "skip"]) ends[arg] = flags(await store.dispatch(thunk(arg)));
  const run = store.dispatch(thunk("wait"));
  run.abort("why");
  const aborted = await run;
  open();
  await settled();
  const failed = await store.dispatch(thunk("throw"));
  const unwrapped = await store.dispatch(thunk("reject")).unwrap().catch((error) => ({ raised: error }));
  return {
    atOnce, log, ends, aborted: [flags(aborted), aborted.error], seen, unwrapped,
    error: { name: failed.error.name, message: failed.error.message, hasStack: typeof failed.error.stack === "string" },
  };
}

export async function s12() {
  const [log, errors] = [[], []];
  const listeners = createListenerMiddleware({ onError: (error) => errors.push(error.message) });
  const store = configureStore({
    reducer: (state = 0, action) => (action.type === "add" ? state + 1 : state), devTools: false,
    middleware: () => [listeners.middleware],
  });
  const { startListening, stopListening } = listeners;
  const latest = async (action, api) => {
    log.push(["begins", api.getOriginalState(), api.getState()]);
    api.cancelActiveListeners();
    const taken = await api.take((each) => each.type === "go");
    log.push(["took", taken[0].type, api.getState()]);
  };
  startListening({ type: "add", effect: latest });
  startListening({ type: "add", effect: latest });
  startListening({ predicate: (action, now, before) => now !== before, effect: () => { log.push(["changed"]); } });
  startListening({ type: "bad", effect: () => { throw new Error("boom"); } });
  startListening({
    type: "fork", effect: async (action, api) => {
      const task = api.fork(async () => 42);
      const cancelled = api.fork(async (fork) => { await fork.pause(new Promise(() => {})); });
      cancelled.cancel();
      log.push([(await task.result).value, (await cancelled.result).status]);
      await api.condition((each) => each.type === "never");
      log.push(["not reached"]);
    },
  });
  for (const type of ["add", "add", "go", "bad", "fork"]) {
    store.dispatch({ type });
    log.push(type);
    await settled();
  }
  stopListening({ type: "add", effect: latest });
  store.dispatch({ type: "add" });
  await settled();
  listeners.clearListeners();
  await settled();
  store.dispatch({ type: "add" });
  return { log, errors };
}

export function s13() {
  const plain = createEntityAdapter();
  const sorted = createEntityAdapter({ sortComparer: (one, other) => one.v - other.v });
  const begin = (adapter) => freeze(adapter.setAll(adapter.getInitialState(), [{ id: "b", v: 2 }, { id: "a", v: 1 }]), true);
  const [state, ordered] = [begin(plain), begin(sorted)];
  const same = (verb, given) => plain[verb](state, given) === state;
  const moved = plain.updateOne(state, { id: "b", changes: { id: "c" } });
  return {
    begin: [state, ordered.ids], added: same("addOne", { id: "b", v: 9 }),
    firstWins: plain.addMany(state, [{ id: "x", v: 1 }, { id: "x", v: 2 }]).entities.x.v,
    lastWins: plain.setMany(state, [{ id: "x", v: 1 }, { id: "x", v: 2 }]).entities.x.v,
    replaced: plain.setOne(state, { id: "b", w: 1 }).entities.b, merged: plain.upsertOne(state, { id: "b", w: 1 }).entities.b,
    missing: [same("updateOne", { id: "z", changes: { v: 1 } }), same("removeMany", ["z"])],
    renamed: [moved.ids, moved.entities], record: plain.addMany(state, { k: { id: "y", v: 0 } }).ids,
    action: plain.addOne(state, { type: "t", payload: { id: "q", v: 0 } }).ids,
    resorted: sorted.updateOne(ordered, { id: "a", changes: { v: 9 } }).ids,
    idsKept: sorted.updateOne(ordered, { id: "a", changes: { v: 1.5 } }).ids === ordered.ids,
    equal: [same("updateOne", { id: "b", changes: { v: 2 } }), sorted.updateOne(ordered, { id: "b", changes: { v: 2 } }) === ordered],
    several: plain.updateMany(state, [{ id: "a", changes: { v: 5 } }, { id: "a", changes: { w: 6 } }]).entities.a,
    draft: produce(state, (draft) => { plain.removeOne(draft, "a"); plain.addOne(draft, { id: "n", v: 3 }); }).ids,
  };
}
