// What endpoints are made of, by name; tests/oracle/query/named.py is the same in Python.
import { build, plain } from "./terms.mjs";

const isList = Array.isArray;
const isObject = (value) => value !== null && typeof value === "object" && !isList(value);
const isScalar = (value) => typeof value === "number" || typeof value === "string";

function boom(words) {
  throw new Error(words);
}

// --------------------------------------------------------------------- tags

export const tag = (given) => (isList(given) ? { type: given[0], id: given[1] } : given);

function ids(result) {
  const several = isList(result) ? result : (isObject(result) && result.ids) || [];
  return several.filter(isScalar).map((id) => ({ type: "A", id }));
}

const DESCRIPTIONS = {
  arg: (result, error, arg) => [{ type: "A", id: isScalar(arg) ? arg : "other" }],
  result: (result) => [...ids(result), "A"],
  ids: (result) => ids(result),
  either: (result, error) => (error ? ["B", null] : ["A"]),
  nothing: () => undefined,
  broken: () => boom("no tags"),
};

export const tags = (given) => (isList(given) ? given.map(tag) : DESCRIPTIONS[given]);

// ------------------------------------------------------------------ answers

export const TRANSFORMS = {
  wrap: (data) => ({ wrapped: data }),
  count: (data) => (isList(data) ? data.length : 0),
  later: async (data) => ({ later: data }),
  broken: () => boom("no transform"),
};

export const CONDITIONS = {
  server: ({ status }, given, { attempt }) => status === 500 && attempt <= 2,
  never: () => false,
};

export const ERROR_TRANSFORMS = {
  hide: ({ status }) => ({ status, data: "hidden" }),
  broken: () => boom("no transform"),
};

export const MERGES = {
  join: (held, fresh) => {
    if (isList(held) && isList(fresh)) held.push(...fresh);
    else if (isObject(held) && isObject(fresh)) Object.assign(held, fresh);
    else return fresh;
  },
  fresh: (held, fresh) => fresh,
  held: () => undefined,
  broken: () => boom("no merge"),
  told: (held, fresh, { arg }) => ({ fresh, arg: arg === undefined ? "none" : arg }),
};

// What a request answers by itself after its latency.
export function answer(name, number, arg) {
  if (name === "fails" || (name === "odd" && number % 2)) return ["error", 500, "odd"];
  if (name === "throws") return ["throw", "by itself"];
  const told = arg === undefined ? "none" : plain(arg);
  if (name === "counted") return ["data", { o: [["n", number], ["arg", told]] }];
  return ["data", { o: [["ids", { a: [1, 2] }], ["in", { o: [["x", 1]] }]] }];
}

// --------------------------------------------------------------------- keys

const told = (value) => JSON.stringify(plain(value));

export const SERIALIZERS = {
  one: ({ endpointName }) => `${endpointName}|all`,
  part: ({ queryArgs }) => {
    if (!isObject(queryArgs)) return queryArgs;
    const { page, ...rest } = queryArgs;
    return rest;
  },
  whole: ({ endpointName, queryArgs }) => `${endpointName}#${told(queryArgs)}`,
  kind: ({ queryArgs }) => (typeof queryArgs === "number" ? 1 : isScalar(queryArgs) ? 2 : null),
};

export const FORCES = {
  changed: ({ currentArg, previousArg }) => told(currentArg) !== told(previousArg),
  always: () => true,
  never: () => false,
  rejected: ({ endpointState }) => endpointState?.status === "rejected",
};

// ------------------------------------------------------------------ recipes

// What has no draft is always changed: the same again would be a change there.
const other = (value) => (typeof value === "number" ? value + 1 : typeof value === "string" ? `${value}!` : 0);

export const RECIPES = {
  push: (draft) => {
    if (isList(draft)) draft.push(9);
    else if (isObject(draft)) draft.x = (draft.x ?? 0) + 1;
    else return other(draft);
  },
  deep: (draft) => {
    if (isObject(draft) && isObject(draft.in)) draft.in.x = "deep";
    else if (isObject(draft) && isList(draft.ids)) draft.ids.push(3);
    else if (isList(draft) && draft.length) draft[0] = "first";
    else if (!isList(draft) && !isObject(draft)) return other(draft);
  },
  replace: (draft) => {
    const was = isObject(draft) ? draft.was : undefined;
    return { ids: [7], was: typeof was === "number" ? was + 1 : 0 };
  },
  same: (draft) => (isList(draft) || isObject(draft) ? undefined : other(draft)),
  broken: () => boom("no recipe"),
};

// --------------------------------------------------------------- lifecycles

const entry = (run, { endpoint, arg }) => [endpoint, build(arg)];

// given: {name, endpoint, arg, recipe}, the last three of an update elsewhere.
const STARTED = {
  log: async (run, id, api) => {
    try {
      const { data } = await api.queryFulfilled;
      run.note("lives", "fulfilled", id, plain(data));
    } catch ({ error, isUnhandledError }) {
      run.note("lives", "failed", id, run.shownError(error), isUnhandledError);
    }
  },
  optimistic: async (run, id, api, given) => {
    const patch = api.dispatch(run.api.util.updateQueryData(...entry(run, given), RECIPES[given.recipe]));
    await api.queryFulfilled.catch(() => {
      run.note("lives", "undone", id);
      if (patch.patches.length) patch.undo();
    });
  },
  pessimistic: async (run, id, api, given) => {
    await api.queryFulfilled.then(() => {
      api.dispatch(run.api.util.updateQueryData(...entry(run, given), RECIPES[given.recipe]));
      run.note("lives", "updated", id);
    }, () => {});
  },
  own: async (run, id, api, given) => {
    const before = api.updateCachedData(RECIPES[given.recipe]);
    run.note("lives", "before", id, before.patches.length > 0);
    await api.queryFulfilled.then(() => {
      api.updateCachedData(RECIPES[given.recipe]);
      run.note("lives", "updated", id);
    }, () => {});
  },
  throws: () => boom("at once"),
};

export const started = (run, endpoint, given) => (arg, api) => {
  const id = { id: api.requestId };
  run.note("lives", "started", id, endpoint, plain(arg), api.getCacheEntry().status);
  return STARTED[given.name](run, id, api, given);
};

const ADDED = {
  log: async (run, id, api) => {
    const { data } = await api.cacheDataLoaded;
    run.note("lives", "loaded", id, plain(data));
    await api.cacheEntryRemoved;
    run.note("lives", "removed", id);
  },
  patient: async (run, id, api) => {
    await api.cacheDataLoaded.then(
      ({ data }) => run.note("lives", "loaded", id, plain(data)),
      () => run.note("lives", "never", id),
    );
    await api.cacheEntryRemoved;
    run.note("lives", "removed", id, api.getCacheEntry().status);
  },
  stream: async (run, id, api, given) => {
    await api.cacheDataLoaded;
    api.updateCachedData(RECIPES[given.recipe]);
    run.note("lives", "streamed", id);
    await api.cacheEntryRemoved;
    run.note("lives", "removed", id);
  },
  waits: async (run, id, api) => { await api.cacheEntryRemoved; },
  throws: () => boom("at once"),
};

export const added = (run, endpoint, given) => (arg, api) => {
  const id = { id: api.requestId };
  run.note("lives", "added", id, endpoint, plain(arg), api.getCacheEntry().status);
  return ADDED[given.name](run, id, api, given);
};
