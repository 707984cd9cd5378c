// What RTK Query does where ours does something else, as far as a program of running.mjs
// cannot show it. tests/oracle/query/shown_here.py shows the same with ours.
import { configureStore } from "@reduxjs/toolkit";
import { createApi, fakeBaseQuery } from "@reduxjs/toolkit/query";
import { Clock, drained } from "./clock.mjs";

// An api with one query "q", whose requests are answered in order, and a store with it.
function scene({ answers = [], preloaded, options = {}, isNoting = false }) {
  const clock = new Clock(() => {});
  clock.install();
  const [left, requests, actions] = [[...answers], [], []];
  const answer = (arg) => {
    requests.push(arg);
    return left.length ? left.shift() : new Promise(() => {});
  };
  const api = createApi({
    baseQuery: fakeBaseQuery(), tagTypes: ["A"],
    endpoints: (make) => ({
      q: make.query({ queryFn: answer, ...options }),
    }),
  });
  const reducer = (state, action) => {
    if (isNoting) actions.push(action.type);
    return { api: api.reducer(state?.api, action) };
  };
  const store = configureStore({
    reducer, preloadedState: preloaded, devTools: false,
    middleware: (make) => make({ serializableCheck: false, immutableCheck: false }).concat(api.middleware),
  });
  const util = (name, ...given) => store.dispatch(api.util[name]("q", 1, ...given));
  return {
    clock, requests, actions, store, api,
    ask: () => store.dispatch(api.endpoints.q.initiate(1)),
    update: (recipe) => util("updateQueryData", recipe),
    entry: () => store.getState().api.queries["q(1)"],
  };
}

async function asked(given) {
  const made = scene(given);
  const asking = made.ask();
  await drained();
  return { ...made, asking };
}

const count = (draft) => void (draft.x = (draft.x ?? 0) + 1);

export const DEVIATIONS = {
  "pending-elsewhere-is-not-running": async () => {
    const entry = { status: "pending", endpointName: "q", requestId: "r", originalArgs: 1, startedTimeStamp: 1 };
    const before = scene({}).store.getState().api;
    const { requests } = await asked({ preloaded: { api: { ...before, queries: { "q(1)": entry } } } });
    return requests.length;
  },
  "unsubscribing-twice-is-once": async () => {
    const { clock, asking, entry } = await asked({ answers: [{ data: 1 }], options: { keepUnusedDataFor: 1 } });
    for (const wait of [600, 600]) {
      asking.unsubscribe();
      await clock.advance(wait);
    }
    return entry() !== undefined;
  },
  "failures-are-asked-for": async () => {
    const providesTags = (result) => result.map((id) => ({ type: "A", id }));
    return (await asked({ answers: [{ error: "no" }], options: { providesTags } })).entry().status;
  },
  "updates-stand-alone": async () => {
    const { update, entry } = await asked({ answers: [{ data: {} }] });
    const first = update(count);
    update(count);
    first.undo();
    return entry().data;
  },
  "answers-come-below-updates": async () => {
    const { update, entry, asking } = await asked({ answers: [{ data: { x: 1 } }, { data: { x: 5 } }] });
    update(count);
    asking.refetch();
    await drained();
    return entry().data;
  },
  "updates-of-nothing-are-none": async () => {
    const { update, actions } = await asked({ answers: [{ data: {} }], isNoting: true });
    const before = actions.length;
    update(() => {}).undo();
    return actions.slice(before);
  },
  "errors-have-one-form": async () => (await asked({ answers: [{ error: "just text" }] })).entry().error,
  "unknown-options-are-errors": async () => {
    const { store } = await asked({ answers: [{ data: 1 }], options: { provideTags: ["A"] } });
    return Object.keys(store.getState().api.provided.tags);
  },
  "names-of-python": () => {
    const { api } = scene({});
    const known = (several, owner) => several.filter((name) => name in owner);
    return [...known(["initiate", "select"], api.endpoints.q), ...known(["invalidateTags", "resetApiState"], api.util)];
  },
  "seconds-everywhere": async () => {
    const { api, store, requests, clock } = scene({ answers: [{ data: 1 }] });
    store.dispatch(api.endpoints.q.initiate(1, { subscriptionOptions: { pollingInterval: 5 } }));
    await clock.advance(10);
    return requests.length;
  },
  "no-action-for-the-middleware": () => {
    const { store, actions } = scene({ isNoting: true });
    store.dispatch({ type: "other" });
    return actions.slice(-2);
  },
  "no-pages": () => {
    const kinds = [];
    createApi({ baseQuery: fakeBaseQuery(), endpoints: (make) => (kinds.push(...Object.keys(make).sort()), {}) });
    return kinds;
  },
};

export const deviation = ({ name }) => DEVIATIONS[name]();
