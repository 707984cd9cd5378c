// RTK Query on the same programs as the Python side.
//
// A long-lived process: it says which Node it is, and then answers every line of its
// input by one line, both of them JSON. {"do": "fulfil", "count"} asks for so many
// queries, one after another, in a new store, and answers the seconds of each;
// {"do": "read", "count"} reads a cached entry so often; {"do": "invalidate", "count"}
// invalidates a tag that so many entries without a subscriber have.

import { createInterface } from "node:readline";

// As a bundler would: what asks for NODE_ENV on every dispatch finds it in an object.
process.env = { ...process.env };
const { configureStore } = await import("@reduxjs/toolkit");
const { createApi } = await import("@reduxjs/toolkit/query");

const seconds = () => Number(process.hrtime.bigint()) / 1e9;

const jobOf = (id) => ({ id, title: `Engineer ${id}`, salary: 50_000 + id, tags: ["a", "b"] });

function opened() {
  const api = createApi({
    reducerPath: "api",
    tagTypes: ["Job"],
    baseQuery: () => ({ data: null }),
    endpoints: (build) => ({
      job: build.query({
        queryFn: async (id) => ({ data: jobOf(id) }),
        providesTags: (result, error, id) => [{ type: "Job", id }],
      }),
    }),
  });
  const store = configureStore({
    reducer: { api: api.reducer },
    middleware: (defaults) => defaults().concat(api.middleware),
  });
  return { api, store };
}

async function fulfil({ count }) {
  const { api, store } = opened();
  const start = seconds();
  const running = [];
  for (let id = 0; id < count; id++) {
    const run = store.dispatch(api.endpoints.job.initiate(id));
    await run;
    running.push(run);
  }
  const taken = seconds() - start;
  const last = api.endpoints.job.select(count - 1)(store.getState());
  running.forEach((run) => run.unsubscribe());
  store.dispatch(api.util.resetApiState());
  return { seconds: taken / count, data: last.data, status: last.status };
}

async function read({ count }) {
  const { api, store } = opened();
  await store.dispatch(api.endpoints.job.initiate(1));
  const start = seconds();
  let found;
  for (let n = 0; n < count; n++) found = api.endpoints.job.select(1)(store.getState());
  const taken = seconds() - start;
  store.dispatch(api.util.resetApiState());
  return { seconds: taken / count, data: found.data };
}

async function invalidate({ count }) {
  const { api, store } = opened();
  const entries = Array.from({ length: count }, (_, id) => ({
    endpointName: "job",
    arg: id,
    value: jobOf(id),
  }));
  store.dispatch(api.util.upsertQueryEntries(entries));
  const start = seconds();
  store.dispatch(api.util.invalidateTags(["Job"]));
  const taken = seconds() - start;
  const left = Object.keys(store.getState().api.queries).length;
  store.dispatch(api.util.resetApiState());
  return { seconds: taken, left };
}

const orders = { fulfil, read, invalidate };
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
tell({ node: process.version });
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  tell(await orders[order.do](order));
}
