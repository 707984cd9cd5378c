// Endpoints of RTK Query, as a program declares them.
import { CONDITIONS, ERROR_TRANSFORMS, FORCES, MERGES, SERIALIZERS, TRANSFORMS, added, started, tags } from "./named.mjs";

// {name: made of what is given}, without what is not given: an option that is
// undefined is another thing than none.
function present(options) {
  return Object.fromEntries(Object.entries(options).filter(([, each]) => each !== undefined));
}

// A number of times; or a condition about errors of a request, by its name.
const retrying = (given) => (typeof given === "number" ? { maxRetries: given } : { retryCondition: CONDITIONS[given] });

function both(run, name, given) {
  return present({
    query: (arg) => ({ name, arg }),
    transformResponse: TRANSFORMS[given.transform],
    transformErrorResponse: ERROR_TRANSFORMS[given.transformError],
    onQueryStarted: given.started && started(run, name, given.started),
    onCacheEntryAdded: given.added && added(run, name, given.added),
    extraOptions: given.retry === undefined ? undefined : retrying(given.retry),
  });
}

function ofQuery(given) {
  return present({
    providesTags: given.provides && tags(given.provides),
    keepUnusedDataFor: given.keep === "Infinity" ? Infinity : given.keep,
    merge: MERGES[given.merge],
    structuralSharing: given.sharing,
    serializeQueryArgs: SERIALIZERS[given.serialize],
    forceRefetch: FORCES[given.force],
  });
}

export function endpoint(run, make, name, given) {
  const options = both(run, name, given);
  if (given.kind === "query") return make.query({ ...options, ...ofQuery(given) });
  const invalidatesTags = given.invalidates && tags(given.invalidates);
  return make.mutation({ ...options, ...present({ invalidatesTags }) });
}
