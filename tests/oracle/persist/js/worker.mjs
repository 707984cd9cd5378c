// Reads one request a line, {family, programs}, and answers one line, the traces.
// Runs until its input ends. What a program logs is a part of its trace.
import { createInterface } from "node:readline";
import { note, persisted } from "./persisting.mjs";
import * as pure from "./pure.mjs";
import * as several from "./several.mjs";
import { said } from "./terms.mjs";

for (const name of ["log", "info", "warn"]) console[name] = () => {};
console.error = (...given) => note("error", given.map(said).join(" "));
process.on("unhandledRejection", (error) => note("unhandled", said(error)));

const FAMILIES = { ...pure, ...several, persisted };

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
