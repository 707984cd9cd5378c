// The statements Q1 to Q3 about Reselect, each as one small program.
// tests/oracle/test_statements_reselect.py runs the same in Python.
import { createSelector, lruMemoize } from "reselect";

const never = { devModeChecks: { inputStabilityCheck: "never", identityFunctionCheck: "never" } };
const counts = (selector) => [selector.recomputations(), selector.dependencyRecomputations()];

export function q1() {
  const selector = createSelector([(s) => s.a, (s) => s.b], (a, b) => ({ a, b }), never);
  const state = { a: {}, b: {} };
  const first = selector(state);
  const said = [counts(selector)];
  const step = (next) => said.push([selector(next) === first, ...counts(selector)]);
  step(state);
  step({ ...state, other: 1 });
  step({ ...state, a: {} });
  return said;
}

export function q2() {
  let failures = 0;
  const [kept, one] = [{}, { memoize: lruMemoize, argsMemoize: lruMemoize }].map((memos) =>
    createSelector([(s) => s.a], (a) => ({ a }), { ...never, ...memos }));
  const [x, y] = [{ a: {} }, { a: {} }];
  for (const state of [x, y, x]) [kept(state), one(state)];
  const failing = createSelector([(s) => s.a], () => { failures += 1; throw new Error("boom"); }, never);
  const raised = [1, 2].map(() => {
    try {
      return failing(x);
    } catch (error) {
      return error.message;
    }
  });
  const equal = createSelector([(s) => s.a], (a) => [...a, ...a], {
    ...never, memoizeOptions: { resultEqualityCheck: (a, b) => a.length === b.length },
  });
  return { kept: counts(kept), one: counts(one), raised, failures, previous: equal({ a: [1] }) === equal({ a: [2] }) };
}

export function q3() {
  const [input, combine] = [(s) => s.a, (a) => ({ a })];
  const selector = createSelector([input], combine, never);
  const [x, y] = [{ a: { n: 1 } }, { a: { n: 2 } }];
  const first = selector(x);
  selector(y);
  const before = counts(selector);
  const fields = [selector.resultFunc === combine, selector.dependencies[0] === input, selector.lastResult(), selector.memoizedResultFunc(x.a) === first];
  selector.resetRecomputations();
  selector.resetDependencyRecomputations();
  const reset = counts(selector);
  selector.clearCache();
  selector.memoizedResultFunc.clearCache();
  return { before, fields, reset, cleared: [selector(x) === first, ...counts(selector)], warned: warned() };
}

function warned() {
  const [said, warn] = [[], console.warn];
  console.warn = (text) => said.push(/own inputs/.test(text) ? "identity" : "unstable");
  const state = { a: {} };
  const checks = { devModeChecks: { inputStabilityCheck: "once", identityFunctionCheck: "once" } };
  const identity = createSelector([(s) => s.a], (a) => a, checks);
  const unstable = createSelector([(s) => ({ ...s })], (a) => a.a, checks);
  for (const selector of [identity, identity, unstable, unstable]) selector({ ...state });
  console.warn = warn;
  return said;
}
