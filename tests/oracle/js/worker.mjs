// Reads one request a line, {family, programs}, and answers one line, the traces.
// Runs until its input ends. What a program logs is not an answer.
import { createInterface } from "node:readline";
import * as redux from "./statements_redux.mjs";
import * as toolkit from "./statements_toolkit.mjs";
import * as asynchronous from "./statements_async.mjs";
import { statements as immer } from "./statements_immer.mjs";
import * as reselect from "./statements_reselect.mjs";
import { deviations } from "./deviations.mjs";
import * as listeners from "./listeners.mjs";
import * as drafts from "./drafts.mjs";
import * as effects from "./effects.mjs";
import * as selectors from "./selectors.mjs";
import * as slices from "./slices.mjs";
import * as entities from "./entities.mjs";
import * as core from "./core.mjs";

for (const name of ["log", "info", "warn", "error"]) console[name] = () => {};

const STATEMENTS = { ...redux, ...toolkit, ...asynchronous, ...immer, ...reselect };
const statement = ({ name }) => STATEMENTS[name]();
const deviation = ({ name }) => deviations[name]();
const FAMILIES = { statement, deviation, ...listeners, ...drafts, ...core, ...effects, ...entities, ...selectors, ...slices };

async function answer(line) {
  const { family, programs } = JSON.parse(line);
  const traces = [];
  for (const program of programs) traces.push((await FAMILIES[family](program)) ?? null);
  return { traces };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(line).catch((error) => ({ error: String(error.stack) }));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
