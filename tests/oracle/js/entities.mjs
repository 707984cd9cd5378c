// Family "entities": verbs of an entity adapter, one after another.
import { createEntityAdapter } from "@reduxjs/toolkit";
import { freeze, produce } from "immer";
import * as terms from "./terms.mjs";

const BY_VALUE = { sortComparer: (one, other) => one.v - other.v };

function argument({ term, as }) {
  const given = terms.build(term);
  if (as === "action") return { type: "entities", payload: given };
  if (as === "record") return Object.fromEntries(given.map((each, index) => [`k${index}`, each]));
  return given;
}

function run(adapter, state, verbs) {
  return verbs.reduce((held, [verb, given]) => adapter[verb](held, argument(given)), state);
}

function read(adapter, state, ids) {
  const { selectAll, selectById, selectIds, selectTotal } = adapter.getSelectors();
  return {
    all: terms.plain(selectAll(state)),
    remembered: selectAll(state) === selectAll(state) && selectIds(state) === state.ids,
    by: ids.map((id) => terms.plain(selectById(state, id))),
    total: selectTotal(state),
  };
}

export function entities(program) {
  const adapter = createEntityAdapter(program.sorted ? BY_VALUE : {});
  let state = freeze(adapter.getInitialState(), true);
  const steps = program.steps.map((verbs) => {
    const before = state;
    // One verb makes the next state itself; several work on a draft.
    const [kind, after] = terms.attempt(() =>
      verbs.length === 1
        ? run(adapter, before, verbs)
        : produce(before, (draft) => void run(adapter, draft, verbs)),
    );
    if (kind === "error") return { error: after };
    state = after;
    return { state: terms.graph(after, terms.places(before)), same: Object.is(after, before) };
  });
  return { steps, read: read(adapter, state, program.ids) };
}
