// Family "batches": auto-batched actions, with a tick that the program decides on.
// Family "thunks": async thunks whose waits end when the program says so.
import { autoBatchEnhancer, configureStore, createAsyncThunk } from "@reduxjs/toolkit";
import * as terms from "./terms.mjs";

const soon = setImmediate;

// Until no promise has anything left to do.
export async function settled() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => soon(done));
}

export function batches(program) {
  const [log, queued, stops] = [[], [], []];
  const store = configureStore({
    reducer: (state = 0, action) => (action.type.startsWith("@") ? state : state + 1),
    middleware: () => [],
    devTools: false,
    enhancers: () => [autoBatchEnhancer({ type: "callback", queueNotification: (call) => queued.push(call) })],
  });
  const send = (isLow) => store.dispatch({ type: "a", meta: isLow ? { RTK_autoBatch: true } : { other: 1 } });
  const steps = {
    low: () => send(true),
    high: () => send(false),
    tick: () => queued.splice(0).forEach((call) => call()),
    subscribe: (nested) => {
      const [index, left] = [stops.length, [...nested]];
      stops.push(store.subscribe(() => {
        log.push(["listener", index, store.getState()]);
        if (left.length > 0) steps[left.shift()]();
      }));
    },
    unsubscribe: (index) => stops[index]?.(),
  };
  return program.steps.map(([name, ...rest]) => {
    steps[name](...rest);
    return [store.getState(), queued.length, log.splice(0)];
  });
}

class Thunks {
  constructor() {
    this.log = [];
    this.gates = [];
    this.runs = [];
    this.store = configureStore({
      reducer: (state = 0, action) => {
        if (!action.type.startsWith("@")) this.log.push(shown(action));
        return state;
      },
      middleware: (make) => make({ serializableCheck: false, immutableCheck: false }),
      devTools: false,
    });
    this.silent = this.thunk(false);
    this.loud = this.thunk(true);
  }

  thunk(dispatchConditionRejection) {
    return createAsyncThunk("t", (arg, api) => this.body(arg, api), {
      condition: (arg) => this.condition(arg),
      dispatchConditionRejection,
      idGenerator: (arg) => `run ${arg.n}`,
    });
  }

  gate(name) {
    let open;
    const opened = new Promise((done) => (open = done));
    this.gates[name] = open;
    return opened;
  }

  condition({ n, condition }) {
    switch (condition) {
      case "none": return undefined;
      case "true": return true;
      case "false": return false;
      case "throw": throw new Error("boom");
      case "wait true": return this.gate(`condition ${n}`).then(() => true);
      case "wait false": return this.gate(`condition ${n}`).then(() => false);
      default: throw new Error(`unknown condition ${condition}`);
    }
  }

  async body({ n, body }, api) {
    this.log.push(["begins", n]);
    if (body.startsWith("wait")) await this.gate(`body ${n}`);
    if (body.startsWith("wait")) this.log.push(["goes on", n, api.signal.aborted]);
    if (body.endsWith("throw")) throw new Error("boom");
    if (body.endsWith("reject")) return api.rejectWithValue(`no ${n}`, { more: n });
    if (body.endsWith("fulfil")) return api.fulfillWithValue(`yes ${n}`, { more: n });
    if (body.endsWith("dispatch")) api.dispatch({ type: "other" });
    if (body.endsWith("abort")) api.abort("from within");
    return `result ${n}`;
  }

  do_start(body, condition, isLoud) {
    const n = this.runs.length;
    const run = this.store.dispatch((isLoud ? this.loud : this.silent)({ n, body, condition }));
    this.log.push(["started", n, run.requestId]);
    this.runs.push(run);
    run.then((action) => this.log.push(["ended", n, shown(action)]));
    run.unwrap().then(
      (value) => this.log.push(["unwrapped", n, value]),
      () => this.log.push(["unwrap failed", n]),
    );
  }

  do_open(name) {
    this.gates[name]?.();
  }

  do_abort(n, reason) {
    this.runs[n]?.abort(reason);
  }
}

// What is the same in every language: an error's own name and stack are not.
function shown({ type, payload, meta = {}, error }) {
  const named = ["AbortError", "ConditionError"].includes(error?.name);
  return [
    type, payload ?? null, meta.arg?.n ?? null, meta.requestId ?? null, meta.requestStatus ?? null,
    meta.aborted ?? null, meta.condition ?? null, meta.rejectedWithValue ?? null, meta.more ?? null,
    error === undefined ? null : named ? error.name : error.message,
    error?.name === "AbortError" ? error.message : null,
  ];
}

export async function thunks(program) {
  const run = new Thunks();
  const steps = [];
  for (const [name, ...rest] of program.steps) {
    run[`do_${name}`](...rest);
    const at_once = run.log.splice(0);
    await settled();
    steps.push([at_once, run.log.splice(0)]);
  }
  return steps;
}
