// Starts Pyodide with what is bundled, as a user's page does, and with our tests' own
// modules; gives what answers a request.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const load = async (name) => {
  const answer = await fetch(name);
  return answer.ok ? answer.arrayBuffer() : undefined;
};

// From the memory of one that was started before, which takes a third of the time, or
// from the beginning.
const start = async (isPlain) => {
  const memory = isPlain ? undefined : await load("memory.bin");
  return loadPyodide(memory && { _loadSnapshot: memory });
};

export async function boot({ isPlain = false } = {}) {
  const names = ["app.zip", "tests.zip"];
  const [pyodide, ...zips] = await Promise.all([start(isPlain), ...names.map(load)]);
  for (const zip of zips) pyodide.unpackArchive(zip, "zip");
  globalThis.pyodide = pyodide;
  return pyodide.pyimport("tests.browser.inside.answering").answer;
}

// Starts Pyodide and keeps its memory where `boot` finds it.
export async function keepMemory() {
  const pyodide = await loadPyodide({ _makeSnapshot: true });
  pyodide.runPython("import asyncio, dataclasses, inspect, json, re, typing");
  await fetch("memory.bin", { method: "POST", body: pyodide.makeMemorySnapshot() });
}
