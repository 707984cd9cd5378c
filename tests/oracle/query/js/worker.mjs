// Reads one request a line, {family, programs}, and answers one line, the traces.
// Runs until its input ends. What the packages log is not an answer.
import { createInterface } from "node:readline";
import { deviation } from "./deviations.mjs";
import { keys } from "./keys.mjs";
import { note, query } from "./running.mjs";

for (const name of ["log", "info", "warn", "error"]) console[name] = () => {};
process.on("unhandledRejection", (error) => note("threw", "unhandled", String(error?.message ?? error)));

const OF_STORES = ["arguments", "lifetimes", "tags", "polling", "patches", "lifecycles", "optimistic", "retry", "restarts", "mixed"];
const FAMILIES = { "query-keys": keys, deviation, ...Object.fromEntries(OF_STORES.map((name) => [`query-${name}`, query])) };

async function answer(line) {
  const { family, programs } = JSON.parse(line);
  const traces = [];
  for (const program of programs) traces.push(await FAMILIES[family](program));
  return { traces };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(line).catch((error) => ({ error: String(error.stack) }));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
