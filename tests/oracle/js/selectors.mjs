// Family "selectors": a graph of selectors, called on a sequence of states.
import { createSelector, lruMemoize, setGlobalDevModeChecks } from "reselect";
import * as terms from "./terms.mjs";

// They run inputs once more; the statements have them on.
setGlobalDevModeChecks({ inputStabilityCheck: "never", identityFunctionCheck: "never" });

const COMBINE = {
  list: (...values) => [...values],
  first: (value) => value,
  count: (...values) => values.length,
  fail: (...values) => {
    if (values.includes(null)) throw new Error("boom");
    return [...values];
  },
};

function options({ memo, args }) {
  return {
    ...(memo ? { memoize: lruMemoize, memoizeOptions: { maxSize: memo } } : {}),
    ...(args ? { argsMemoize: lruMemoize, argsMemoizeOptions: { maxSize: args } } : {}),
  };
}

class Run {
  constructor(program) {
    this.made = [];
    for (const each of program.selectors) {
      const inputs = each.inputs.map((input) => this.input(input));
      this.made.push(createSelector(inputs, COMBINE[each.combine], options(each)));
    }
    this.states = [terms.build(program.state)];
    this.objects = [];
  }

  input(input) {
    if ("key" in input) return (state) => state[input.key];
    if ("arg" in input) return (state, given) => given;
    return this.made[input.sel];
  }

  step([name, ...rest]) {
    return this[`do_${name}`](...rest);
  }

  do_set(key, term) {
    this.states.push({ ...this.states.at(-1), [key]: terms.build(term) });
  }

  do_back(index) {
    this.states.push(this.states[index % this.states.length]);
  }

  do_clear(index) {
    // In Python both layers are cleared; see the page of deviations.
    const selector = this.made[index % this.made.length];
    selector.clearCache();
    selector.memoizedResultFunc.clearCache();
  }

  do_reset(index) {
    const selector = this.made[index % this.made.length];
    selector.resetRecomputations();
    selector.resetDependencyRecomputations();
  }

  do_call(index, given) {
    const args = given === undefined ? [] : [terms.build(given)];
    return this.known(this.made[index % this.made.length](this.states.at(-1), ...args));
  }

  // A result by what it is, and by which of the results so far it is.
  known(result) {
    if (!terms.isContainer(result)) return [terms.plain(result), null];
    if (!this.objects.includes(result)) this.objects.push(result);
    return [terms.plain(result), this.objects.indexOf(result)];
  }
}

export function selectors(program) {
  const run = new Run(program);
  return program.steps.map((step) => {
    const [kind, value] = terms.attempt(() => run.step(step));
    return [
      kind,
      value ?? null,
      run.made.map((each) => [each.recomputations(), each.dependencyRecomputations()]),
    ];
  });
}
