// What a trace says of a state, of actions and of errors.
import { build, plain } from "./terms.mjs";
import { START } from "./clock.mjs";

const since = (time) => (time === undefined ? null : time - START);
const id = (given) => (given === undefined ? null : { id: given });
const has = (entry, name) => (name in entry ? plain(entry[name]) : { u: 1 });

export function shownError(error) {
  if (error === undefined) return null;
  if (error === null || typeof error !== "object") return ["value", plain(error)];
  if ("status" in error) return ["status", error.status, plain(error.data)];
  if (error.name === "AbortError" || error.name === "ConditionError") return [error.name];
  return ["thrown", error.message];
}

// `before` is the data that entries had after the step before: is it the same one?
function query([key, entry], before) {
  return [
    key,
    {
      status: entry.status, endpoint: entry.endpointName, request: id(entry.requestId),
      args: has(entry, "originalArgs"), started: since(entry.startedTimeStamp),
      fulfilled: since(entry.fulfilledTimeStamp), data: has(entry, "data"), error: shownError(entry.error),
      same: "data" in entry && before?.[key]?.data === entry.data,
    },
  ];
}

function mutation([key, entry]) {
  return [
    { id: key },
    {
      status: entry.status, endpoint: entry.endpointName, request: id(entry.requestId),
      started: since(entry.startedTimeStamp), fulfilled: since(entry.fulfilledTimeStamp),
      data: has(entry, "data"), error: shownError(entry.error),
    },
  ];
}

// Lists that became empty say nothing.
function provided({ tags }) {
  const named = ([each, keys]) => [each === "__internal_without_id" ? null : each, keys];
  const known = (ids) => Object.entries(ids).filter(([, keys]) => keys.length).map(named);
  return Object.entries(tags).map(([type, ids]) => [type, known(ids)]).filter(([, ids]) => ids.length);
}

const options = ({ pollingInterval = 0, skipPollingIfUnfocused = false, refetchOnFocus = null, refetchOnReconnect = null }) =>
  [pollingInterval, skipPollingIfUnfocused, refetchOnFocus, refetchOnReconnect];
const subscribers = (several) => [...several].map(([each, given]) => [{ id: each }, options(given)]);
const alphabetic = (pairs) => pairs.sort(([one], [other]) => (one < other ? -1 : 1));

export function shownState(state, current, before) {
  const wanted = [...current].filter(([, several]) => several.size);
  const inside = wanted.map(([key, several]) => [key, subscribers(several)]);
  const mirrored = Object.entries(state.subscriptions).map(([key, several]) => [key, Object.keys(several).length]);
  return {
    queries: Object.entries(state.queries).map((each) => query(each, before?.queries)),
    mutations: Object.entries(state.mutations).map(mutation),
    provided: alphabetic(provided(state.provided)),
    subscribers: alphabetic(inside),
    mirrored: alphabetic(mirrored.filter(([, count]) => count)),
    config: [state.config.focused, state.config.online],
  };
}

const shownTag = (tag) => (typeof tag === "string" ? tag : [tag.type, tag.id]);

function about({ type, payload, meta }) {
  switch (type) {
    case "api/executeQuery/pending":
    case "api/executeQuery/fulfilled":
    case "api/executeQuery/rejected": return [meta.arg.queryCacheKey, id(meta.requestId)];
    case "api/executeMutation/pending":
    case "api/executeMutation/fulfilled":
    case "api/executeMutation/rejected": return [meta.arg.endpointName, id(meta.requestId), meta.arg.fixedCacheKey ?? null];
    case "api/queries/removeQueryResult":
    case "api/queries/queryResultPatched": return [payload.queryCacheKey];
    case "api/queries/cacheEntriesUpserted": return payload.map((each) => each.queryDescription.queryCacheKey);
    case "api/mutations/removeMutationResult": return [{ id: payload.fixedCacheKey ?? payload.requestId }];
    case "api/invalidation/updateProvidedBy": return payload.map((each) => each.queryCacheKey);
    case "api/internalSubscriptions/subscriptionsUpdated": return payload.map(({ path }) => path[0]).sort();
    case "api/invalidateTags": return payload.filter((tag) => tag !== null).map(shownTag);
    default: return [];
  }
}

export function shownAction(action) {
  const { type, meta } = action;
  const flags = ["condition", "aborted", "rejectedWithValue"].filter((name) => meta?.[name]);
  const error = type.endsWith("/rejected") ? [shownError(action.payload ?? action.error)] : [];
  return [type.replace(/^api\//, ""), ...about(action), ...error, ...flags];
}

// Ids get names in the order in which a trace tells of them.
export function renamed(value, names) {
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (value === null || typeof value !== "object") return value;
  if ("id" in value && Object.keys(value).length === 1) {
    if (!names.has(value.id)) names.set(value.id, `r${names.size}`);
    return names.get(value.id);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, names)]));
}
