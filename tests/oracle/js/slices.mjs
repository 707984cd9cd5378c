// Family "slices": a slice with reducers, extra cases, matchers and a default.
import { createSlice } from "@reduxjs/toolkit";
import * as immer from "immer";
import { Recipe } from "./recipes.mjs";
import * as terms from "./terms.mjs";

const MATCHERS = {
  own: (action) => action.type.startsWith("s/"),
  payload: (action) => action.payload !== undefined,
  every: () => true,
  none: () => false,
  "ends in a": (action) => action.type.endsWith("a"),
};

const PREPARES = {
  payload: (given) => ({ payload: { p: given } }),
  meta: (given) => ({ payload: given, meta: { m: given } }),
  error: (given) => ({ payload: given, meta: { m: 1 }, error: true }),
  twice: (one, other) => ({ payload: [one, other] }),
  nothing: () => null,
};

class Run {
  constructor(program) {
    this.log = [];
    this.slice = createSlice({
      name: "s",
      initialState: program.lazy ? () => terms.build(program.initial) : terms.build(program.initial),
      reducers: Object.fromEntries(program.reducers.map((each) => this.own(each))),
      extraReducers: (builder) => this.extra(builder, program),
    });
  }

  own([key, body, prepare]) {
    const reducer = this.case(key, body);
    return [key, prepare ? { reducer, prepare: PREPARES[prepare] } : reducer];
  }

  extra(builder, program) {
    for (const [type, body] of program.extra) builder.addCase(type, this.case(`extra ${type}`, body));
    for (const [name, body] of program.matchers)
      builder.addMatcher(MATCHERS[name], this.case(`matcher ${name}`, body));
    if (program.default) builder.addDefaultCase(this.case("default", program.default));
  }

  // A body is {steps, ret}; variable 1 is the payload, or null.
  case(name, { steps, ret }) {
    return (state, action) => {
      this.log.push(name);
      const recipe = new Recipe(immer, { 0: state, 1: action.payload ?? null });
      try {
        return recipe.run(steps, ret);
      } finally {
        this.log.push(...recipe.log);
      }
    };
  }

  action(given) {
    if ("type" in given) return terms.build(given.type);
    return this.slice.actions[given.own](...given.args.map(terms.build));
  }
}

// An action without payload has none in Python.
function shown(action) {
  return terms.plain(Object.fromEntries(Object.entries(action).filter(([, each]) => each !== undefined)));
}

export function slices(program) {
  const [kind, run] = terms.attempt(() => new Run(program));
  if (kind === "error") return { error: run };
  let state;
  const steps = program.actions.map((given) => {
    const [made, action] = terms.attempt(() => run.action(given));
    if (made === "error") return { action };
    // Before: what is done to the payload's copy here happens to the payload there.
    const before = state;
    const told = shown(action);
    const [kind, after] = terms.attempt(() => run.slice.reducer(before, action));
    const trace = { action: told, log: run.log.splice(0) };
    if (kind === "error") return { ...trace, error: after };
    state = after;
    return {
      ...trace, state: terms.graph(after, terms.places(before)), same: Object.is(after, before),
    };
  });
  const [found, initial] = terms.attempt(() => terms.graph(run.slice.getInitialState()));
  return { steps, initial: found === "ok" ? initial : { error: initial }, types: Object.keys(run.slice.actions) };
}
