// Family "listeners": effects that wait, take, fork and stop each other, in a time that
// the program decides on.
import { configureStore, createListenerMiddleware } from "@reduxjs/toolkit";
import { settled } from "./effects.mjs";

// Timers that wait until the program lets time pass.
class Clock {
  constructor() {
    this.now = 0;
    this.timers = new Map();
    this.next = 1;
    this.real = [globalThis.setTimeout, globalThis.clearTimeout];
    globalThis.setTimeout = (call, delay, ...given) => {
      this.timers.set(this.next, [this.now + delay, () => call(...given)]);
      return this.next++;
    };
    globalThis.clearTimeout = (id) => this.timers.delete(id);
  }

  async pass(delay) {
    const end = this.now + delay;
    for (;;) {
      const due = [...this.timers].filter(([, [at]]) => at <= end);
      if (due.length === 0) break;
      const [id, [at, call]] = due.sort((a, b) => a[1][0] - b[1][0] || a[0] - b[0])[0];
      this.timers.delete(id);
      this.now = at;
      call();
      await settled();
    }
    this.now = end;
  }

  stop() {
    [globalThis.setTimeout, globalThis.clearTimeout] = this.real;
  }
}

const errorWord = ({ message }) => (message === "boom" ? "boom" : "original");

class Run {
  constructor(program, clock) {
    this.clock = clock;
    this.log = [];
    this.runs = 0;
    this.stops = [];
    this.made = createListenerMiddleware({ onError: (error) => this.log.push([-1, errorWord(error)]) });
    const reducer = (state = 0, { type }) => (type === "a" || type === "b" ? state + 1 : state);
    this.store = configureStore({ reducer, devTools: false, middleware: () => [this.made.middleware] });
    this.effects = program.listeners.map(({ on, steps }) => ({
      ...(on === "changed" ? { predicate: (action, now, before) => now !== before } : { type: on }),
      effect: (action, api) => this.effect(action, api, steps),
    }));
  }

  async effect(action, api, steps) {
    const run = this.runs++;
    this.log.push([run, "begins", action.type, api.getState()]);
    for (const [name, ...rest] of steps) {
      const given = this.within(api, name, rest);
      const said = given instanceof Promise ? await given : given;
      if (said !== undefined) this.log.push([run, name, said]);
    }
    this.log.push([run, "ends", api.signal.aborted]);
  }

  // What does not wait must not make the effect wait either.
  within(api, name, rest) {
    switch (name) {
      case "take": return api.take(({ type }) => type === rest[0], rest[1] ?? undefined).then((taken) => taken && [taken[0].type, taken[1], taken[2]]);
      case "condition": return api.condition(({ type }) => type === rest[0], rest[1] ?? undefined);
      case "delay": return api.delay(rest[0]).then(() => undefined);
      case "fork": return this.fork(api, ...rest);
      default: return this[`now_${name}`](api, ...rest);
    }
  }

  async fork(api, word, delay, isCancelled) {
    const task = api.fork(async (own) => {
      if (delay > 0) await own.delay(delay);
      if (word === "throw") throw new Error("boom");
      return word;
    });
    if (isCancelled) task.cancel();
    const { status, value } = await task.result;
    return [status, value ?? null];
  }

  now_say(api, word) { return word; }
  now_state(api) { return api.getState(); }
  now_original(api) { return api.getOriginalState(); }
  now_cancelActive(api) { api.cancelActiveListeners(); }
  now_cancel(api) { api.cancel(); }
  now_unsubscribe(api) { api.unsubscribe(); }
  now_subscribe(api) { api.subscribe(); }
  now_throw() { throw new Error("boom"); }

  do_start(index) { this.stops.push(this.made.startListening(this.effects[index % this.effects.length])); }
  do_stop(index, cancelActive) { this.stops[index]?.({ cancelActive }); }
  do_clear() { this.made.clearListeners(); }
  do_dispatch(type) { this.store.dispatch({ type }); }
  do_time(delay) { return this.clock.pass(delay); }
}

export async function listeners(program) {
  const clock = new Clock();
  try {
    const run = new Run(program, clock);
    const steps = [];
    for (const [name, ...rest] of program.steps) {
      await run[`do_${name}`](...rest);
      await settled();
      // Of one run in its order; which of two runs goes on first is the loop's business.
      steps.push([run.store.getState(), run.log.splice(0).sort((a, b) => a[0] - b[0])]);
    }
    run.made.clearListeners();
    await settled();
    return steps;
  } finally {
    clock.stop();
  }
}
