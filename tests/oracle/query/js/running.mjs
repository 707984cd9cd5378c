// A store with an api of RTK Query, and what is done with it.
// tests/oracle/query/programs.py says what a program is made of.
import { configureStore } from "@reduxjs/toolkit";
import { createApi, retry } from "@reduxjs/toolkit/query";
import { Clock, START, drained } from "./clock.mjs";
import { RECIPES, SERIALIZERS, answer, tag } from "./named.mjs";
import { endpoint } from "./endpoints.mjs";
import { renamed, shownAction, shownError, shownState } from "./showing.mjs";
import { build, plain } from "./terms.mjs";

const LANES = ["actions", "requests", "aborted", "lives", "threw"];
// All other steps may write data, after which an update cannot be undone.
const KEEPING = ["update", "undo", "select", "args", "invalidated"];
const seconds = (given) => (given === "Infinity" ? Infinity : given);

let current = null;
export const note = (...given) => current?.note(...given);

class Run {
  handles = 0;
  aborts = [];
  subscriptions = [];
  mutations = [];
  updates = [];
  requests = [];
  names = new Map();
  shownError = shownError;

  constructor(program) {
    this.program = program;
    const hasRetries = Object.values(program.endpoints).some((each) => "retry" in each);
    const note = (error) => this.note("threw", "timer", error.message);
    this.clock = new Clock(note, hasRetries ? program.draw ?? 0.5 : undefined);
    this.clock.install();
    this.begin();
    this.api = this.makeApi();
    this.store = this.makeStore();
  }

  begin() {
    this.lanes = Object.fromEntries(LANES.map((name) => [name, []]));
    this.settled = {};
  }

  note(lane, ...rest) {
    this.lanes[lane].push([this.clock.now - START, ...rest]);
  }

  // -- the api

  makeApi() {
    const named = Object.entries(this.program.endpoints);
    const { keepUnusedDataFor = 60, serialize, ...options } = this.program.api ?? {};
    const attempt = (given, api) => this.request(given, api);
    const again = retry(attempt);
    return createApi({
      ...options,
      ...(serialize ? { serializeQueryArgs: SERIALIZERS[serialize] } : {}),
      keepUnusedDataFor: seconds(keepUnusedDataFor),
      tagTypes: ["A", "B"],
      baseQuery: (given, api, extra) => (extra ? again : attempt)(given, api, extra),
      endpoints: (make) => Object.fromEntries(named.map(([name, given]) => [name, endpoint(this, make, name, given)])),
      extractRehydrationInfo: (action) => (action.type === "api/rehydrated" ? action.payload : undefined),
    });
  }

  makeStore() {
    return configureStore({
      reducer: (state, action) => {
        this.noteAction(action);
        return { api: this.api.reducer(state?.api, action) };
      },
      middleware: (make) => make({ serializableCheck: false, immutableCheck: false }).concat(this.api.middleware),
      enhancers: (make) => make({ autoBatch: false }),
      devTools: false,
    });
  }

  noteAction(action) {
    const isOwn = action.type.startsWith("@@redux") || action.type === "api/config/middlewareRegistered";
    if (!isOwn) this.note("actions", ...shownAction(action));
  }

  get state() { return this.store.getState().api; }

  get subscribers() {
    return this.store.dispatch(this.api.internalActions.internal_getRTKQSubscriptions()).getSubscriptions();
  }

  // -- requests

  async request({ name, arg }, { signal, forced }) {
    const number = this.requests.length;
    const open = { number, isOpen: true };
    const answered = new Promise((done) => (open.done = done));
    this.requests.push(open);
    this.note("requests", number, name, plain(arg), forced ?? null);
    signal.addEventListener("abort", () => this.abandon(open));
    const { latency, answer: kind } = this.program.endpoints[name];
    if (latency !== undefined) setTimeout(() => this.give(open, answer(kind, number, arg)), latency);
    return outcome(await answered, this.program.endpoints[name]);
  }

  abandon(open) {
    if (open.isOpen) this.note("aborted", open.number);
    open.isOpen = false;
  }

  give(open, given) {
    if (!open?.isOpen) return;
    open.isOpen = false;
    open.done(given);
  }

  watch(promise, told) {
    const number = this.handles;
    this.handles += 1;
    this.aborts.push(() => promise.abort());
    const ended = (...said) => void (this.settled[number] = said);
    told(promise).then((said) => ended(...said), (error) => ended("error", shownError(error)));
    return promise;
  }

  // -- steps; what they name is counted, and begins again at the first one

  nth(several, index) { return several.length ? several.at(index < 0 ? index : index % several.length) : undefined; }
  initiate(name, arg, options) { return this.store.dispatch(this.api.endpoints[name].initiate(build(arg), options)); }
  util(name, ...given) { return this.store.dispatch(this.api.util[name](...given)); }
  unwrapped(promise) { return this.watch(promise, () => promise.unwrap().then((data) => ["data", plain(data)])); }

  subscribe(name, arg, { force, ...subscriptionOptions }) {
    this.subscriptions.push(this.unwrapped(this.initiate(name, arg, { forceRefetch: force, subscriptionOptions })));
  }

  unsubscribe(index) {
    const found = this.nth(this.subscriptions.filter((each) => !each.isOver), index);
    if (!found) return;
    found.isOver = true;
    found.unsubscribe();
  }

  refetch(index) {
    const found = this.nth(this.subscriptions, index);
    if (found) this.unwrapped(found.refetch());
  }

  options(index, given) { this.nth(this.subscriptions, index)?.updateSubscriptionOptions(given); }
  abort(index) { this.nth(this.aborts, index)?.(); }
  mutate(name, arg, { key, track }) { this.mutations.push(this.unwrapped(this.initiate(name, arg, { fixedCacheKey: key, track }))); }
  resetMutation(index) { this.nth(this.mutations, index)?.reset(); }
  prefetch(name, arg, given) { this.util("prefetch", name, build(arg), given); }
  invalidate(tags) { this.util("invalidateTags", tags.map(tag)); }
  reset() { this.util("resetApiState"); }

  update(name, arg, recipe) {
    const patch = this.util("updateQueryData", name, build(arg), RECIPES[recipe]);
    this.note("lives", "update", patch.patches.length > 0);
    if (patch.patches.length) this.updates.push(patch);
  }

  undo() { this.updates.pop()?.undo(); }

  upsert(name, arg, value) {
    const told = (promise) => promise.then(({ status }) => ["upserted", status]);
    this.watch(this.util("upsertQueryData", name, build(arg), build(value)), told);
  }

  upsertMany(several) {
    const entry = ([endpointName, arg, value]) => ({ endpointName, arg: build(arg), value: build(value) });
    this.util("upsertQueryEntries", several.map(entry));
  }

  focus() { this.store.dispatch(this.api.internalActions.onFocus()); }
  blur() { this.store.dispatch(this.api.internalActions.onFocusLost()); }
  online() { this.store.dispatch(this.api.internalActions.onOnline()); }
  offline() { this.store.dispatch(this.api.internalActions.onOffline()); }
  advance(wait) { return this.clock.advance(wait); }
  answer(index, ...given) { this.give(this.nth(this.requests.filter((each) => each.isOpen), index), given); }

  args(name) {
    const found = this.api.util.selectCachedArgsForQuery(this.store.getState(), name);
    this.note("lives", "args", found.map(plain));
  }

  // A new process, whose store begins with what the one before has left.
  restart() {
    const payload = structuredClone(this.state);
    for (const each of this.requests) each.isOpen = false;
    this.clock.clear();
    [this.aborts, this.subscriptions, this.mutations] = [[], [], []];
    this.api = this.makeApi();
    this.store = this.makeStore();
    this.store.dispatch({ type: "api/rehydrated", payload });
  }

  select(name, arg) {
    const result = this.api.endpoints[name].select(build(arg))(this.store.getState());
    const { isUninitialized, isLoading, isSuccess, isError } = result;
    this.note("lives", "select", result.status, [isUninitialized, isLoading, isSuccess, isError]);
  }

  invalidated(tags) {
    const found = this.api.util.selectInvalidatedBy(this.store.getState(), tags.map(tag));
    const entry = ({ queryCacheKey, endpointName, originalArgs }) => [queryCacheKey, endpointName, plain(originalArgs)];
    this.note("lives", "invalidated", found.map(entry));
  }

  async step([name, ...rest]) {
    this.begin();
    if (!KEEPING.includes(name)) this.updates = [];
    const before = name === "restart" ? undefined : this.state;
    try {
      await this[name](...rest);
    } catch (error) {
      this.note("threw", name, error.message);
    }
    await drained();
    const told = { ...this.lanes, settled: this.settled, state: shownState(this.state, this.subscribers, before) };
    return renamed(told, this.names);
  }
}

function outcome([kind, ...rest], endpoint) {
  if (kind === "data") return { data: build(rest[0]) };
  if (kind === "throw") throw new Error(rest[0]);
  const error = { status: rest[0], data: build(rest[1]) };
  return kind === "give up" && "retry" in endpoint ? retry.fail(error) : { error };
}

export async function query(program) {
  const run = (current = new Run(program));
  const steps = [];
  for (const step of program.steps) steps.push(await run.step(step));
  current = null;
  return steps;
}
