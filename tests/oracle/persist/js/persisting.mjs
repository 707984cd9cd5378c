// A whole application: a Redux store, persistReducer, persistStore and a storage.
// tests/oracle/persist/programs.py says what a program is made of.
import { combineReducers, legacy_createStore } from "redux";
import { persistReducer, persistStore } from "redux-persist";
import { RECONCILERS, loose, migrations, reducer, transforms } from "./named.mjs";
import { build, plain, said } from "./terms.mjs";
import { Clock } from "./timers.mjs";

let current = null;
export const note = (kind, ...rest) => current?.note(kind, ...rest);

class Run {
  log = [];
  states = [];

  constructor(program) {
    this.program = program;
    this.clock = new Clock((error) => this.note("uncaught", said(error)));
    this.clock.install();
    this.isLive = program.config.serialize === false;
    const stored = Object.entries(program.stored ?? {});
    this.data = new Map(stored.map(([key, each]) => [key, this.isLive ? build(each) : each]));
    this.ways = { read: ["ok"], write: ["ok"], remove: ["ok"], ...program.storage };
  }

  note(kind, ...rest) {
    this.log.push([kind, this.clock.now, ...rest]);
  }

  // A storage answers as the program says: one way a call, the last one again and again.
  call(verb, action) {
    const ways = this.ways[verb];
    const way = ways.length > 1 ? ways.shift() : ways[0];
    if (way === "throw") throw new Error(`${verb} throws`);
    if (way === "reject") return Promise.reject(new Error(`${verb} fails`));
    if (way === "never") return new Promise(() => {});
    return way === "ok" ? Promise.resolve().then(action) : this.clock.after(way).then(action);
  }

  storage() {
    return {
      getItem: (key) => this.call("read", () => this.data.get(key)),
      setItem: (key, value) => {
        this.note("write", key, this.isLive ? plain(value) : value);
        return this.call("write", () => void this.data.set(key, value));
      },
      removeItem: (key) => {
        this.note("remove", key);
        return this.call("remove", () => void this.data.delete(key));
      },
    };
  }

  config() {
    const { transforms: list, reconciler, migrations: named, ...rest } = this.program.config;
    const made = { key: "k", ...rest, storage: this.storage(), transforms: transforms(list) };
    if (this.isLive) made.deserialize = false;
    if (reconciler !== undefined) made.stateReconciler = reconciler && RECONCILERS[reconciler];
    if (named !== undefined) made.migrate = migrations(named);
    made.writeFailHandler = (error) => this.note("failed", said(error));
    return made;
  }

  start() {
    const named = this.program.slices.map(([name, given]) => [name, reducer(name, given)]);
    const combined = this.program.isLoose ? loose : combineReducers;
    const root = persistReducer(this.config(), combined(Object.fromEntries(named)));
    this.store = legacy_createStore((state, action) => {
      if (!action.type.startsWith("@@redux")) this.noteAction(action);
      return root(state, action);
    });
    const done = () => this.note("bootstrapped");
    this.persistor = persistStore(this.store, { manualPersist: true }, done);
  }

  noteAction({ type, payload, err }) {
    if (type !== "persist/REHYDRATE") this.note("action", type);
    else this.note("action", type, plain(payload), said(err));
  }

  // -- steps

  persist() { this.persistor.persist(); }
  pause() { this.persistor.pause(); }
  flush() { this.persistor.flush().then(() => this.note("flushed")); }
  purge() { this.persistor.purge().then(() => this.note("purged"), (error) => this.note("unpurged", said(error))); }
  tick(wait) { return this.clock.advance(wait); }
  settle() { return this.clock.settle(); }

  dispatch(type, payload) {
    this.store.dispatch(payload === undefined ? { type } : { type, payload: build(payload) });
  }

  async step([name, ...rest]) {
    try {
      await this[name](...rest);
    } catch (error) {
      this.note("threw", name, said(error));
    }
    this.states.push(plain(this.store.getState()));
  }

  answer() {
    const stored = [...this.data].map(([key, each]) => [key, this.isLive ? plain(each) : each]);
    return { log: this.log, states: this.states, stored: Object.fromEntries(stored) };
  }
}

export async function persisted(program) {
  const run = (current = new Run(program));
  run.start();
  for (const step of program.steps) await run.step(step);
  current = null;
  return run.answer();
}
