// Family "core": a Redux store with combined reducers, listeners and middlewares.
// tests/oracle/core_programs.py makes the programs and runs the same in Python.
import * as redux from "redux";
import { thunk } from "redux-thunk";
import * as terms from "./terms.mjs";

class Run {
  constructor(program) {
    this.program = program;
    this.log = [];
    this.tokens = [];
    this.listeners = program.listeners.map((steps, index) => this.listener(steps, index));
    this.store = redux.legacy_createStore(
      this.root(program.reducers),
      terms.build(program.preloaded),
      redux.applyMiddleware(thunk, ...program.middlewares.map((kind, index) => this.middleware(kind, index))),
    );
    this.seen = this.store.getState();
  }

  // ------------------------------------------------------------------ parts

  root(reducers) {
    if (!Array.isArray(reducers)) return this.reducer("root", reducers);
    const made = reducers.map(([name, reducer]) => [name, this.reducer(name, reducer)]);
    return redux.combineReducers(Object.fromEntries(made));
  }

  reducer(name, { init, cases }) {
    return (state, action) => {
      const held = state === undefined ? terms.build(init) : state;
      const found = cases.find(([type]) => type === action.type);
      if (found === undefined) return held;
      this.log.push(["reduce", name, found[1]]);
      return this.reduced(held, found[1], found[2]);
    };
  }

  reduced(held, verb, given) {
    switch (verb) {
      case "same": return held;
      case "set": return terms.build(given);
      case "fresh": return terms.kindOf(held) === "o" ? { ...held } : held;
      case "count": return typeof held === "number" ? held + 1 : 1;
      case "undefined": return undefined;
      case "throw": throw new Error("boom");
      case "dispatch": this.store.dispatch({ type: "a" }); return held;
      case "get": this.store.getState(); return held;
      case "subscribe": this.store.subscribe(() => {}); return held;
      case "unsubscribe": this.tokens[0]?.(); return held;
      default: throw new Error(`unknown verb ${verb}`);
    }
  }

  // What a listener does in its first calls; afterwards it only says that it was called.
  listener(steps, index) {
    let calls = 0;
    return (...given) => {
      this.log.push(["listener", index, given.length, terms.plain(this.store.getState())]);
      const step = steps[calls++];
      if (step) this.step(step);
    };
  }

  middleware(kind, index) {
    return (api) => (next) => (action) => {
      const type = String(action?.type);
      this.log.push(["into", index, type]);
      const result = this.passed(kind, api, next, action);
      this.log.push(["out of", index, type]);
      return result;
    };
  }

  passed(kind, api, next, action) {
    const isAction = redux.isPlainObject(action);
    switch (kind) {
      case "pass": return next(action);
      case "drop": return isAction && action.type === "b" ? "dropped" : next(action);
      case "change": return next(isAction && action.type === "a" ? { ...action, type: "b" } : action);
      case "again":
        if (isAction && action.type === "c") api.dispatch({ type: "a" });
        return next(action);
      case "look": {
        const before = api.getState();
        const result = next(action);
        this.log.push(["changed", before !== api.getState()]);
        return result;
      }
      case "twice": next(action); return next(action);
      default: throw new Error(`unknown middleware ${kind}`);
    }
  }

  // ------------------------------------------------------------------ steps

  step([name, ...rest]) {
    return this[`do_${name}`](...rest);
  }

  action(given) {
    switch (given.bad) {
      case undefined: return terms.build(given.action);
      case "null": return null;
      case "number": return 5;
      case "list": return [{ type: "a" }];
      case "instance": return new (class Action { type = "a"; })();
      case "no type": return { payload: 1 };
      case "number type": return { type: 1 };
      case "null type": return { type: null };
      default: throw new Error(`unknown action ${given.bad}`);
    }
  }

  do_dispatch(given) {
    const action = this.action(given);
    const result = this.store.dispatch(action);
    this.log.push(["returned", result === action ? "the action" : terms.plain(result)]);
  }

  do_thunk(steps, result) {
    const given = this.store.dispatch((dispatch, getState) => {
      this.log.push(["thunk", terms.plain(getState())]);
      for (const step of steps) this.step(step);
      return result;
    });
    this.log.push(["returned", terms.plain(given)]);
  }

  do_subscribe(index) {
    this.tokens.push(this.store.subscribe(this.listeners[index % this.listeners.length]));
  }

  do_unsubscribe(index) {
    this.tokens[index % this.tokens.length]?.();
  }

  do_replace(reducers) {
    this.store.replaceReducer(this.root(reducers));
  }

  do_throw() {
    throw new Error("boom");
  }

  // Which parts of the state are the objects of before.
  noted() {
    const [before, now] = [this.seen, this.store.getState()];
    this.seen = now;
    const parts = terms.kindOf(now) === "o" && terms.kindOf(before) === "o"
      ? Object.keys(now).map((key) => [key, Object.is(now[key], before[key])])
      : [];
    return [terms.plain(now), Object.is(now, before), parts];
  }
}

export function core(program) {
  const [kind, run] = terms.attempt(() => new Run(program));
  if (kind === "error") return { error: run };
  const start = terms.plain(run.store.getState());
  const steps = program.steps.map((step) => {
    const [kind, error] = terms.attempt(() => run.step(step));
    return [kind === "ok" ? null : error, run.log.splice(0), run.noted()];
  });
  return { start, steps };
}
