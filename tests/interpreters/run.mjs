// Starts Pyodide as a page would, loads a bundle, and runs `inside.py` in it.
//
// usage: node run.mjs SHARED
// SHARED is a folder with app.zip, inside.py and what that reads; it writes report.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadPyodide } from "pyodide";

async function run(shared) {
  const pyodide = await loadPyodide();

  // What `stateroom bundle` prints, without a server in between.
  const zip = new Uint8Array(readFileSync(join(shared, "app.zip")));
  pyodide.unpackArchive(zip.buffer, "zip");
  const app = pyodide.pyimport("app");
  pyodide.globals.set("told", await app.main());

  pyodide.FS.mkdirTree("/shared");
  pyodide.mountNodeFS("/shared", shared);
  const program = readFileSync(join(shared, "inside.py"), "utf8");
  await pyodide.runPythonAsync(program, { filename: "inside.py" });
}

// Out of a callback of the loop; a page goes on after that, and Node would end.
process.on("uncaughtException", (error) => {
  if (!["KeyboardInterrupt", "SystemExit"].includes(error.type)) {
    console.error(error.message ?? String(error));
    process.exit(1);
  }
});

try {
  await run(process.argv[2]);
  // A page goes on, and timers that were not taken back would hold Node as long.
  process.exit(0);
} catch (error) {
  // Not the error itself: Node would print the whole line of a minified file with it.
  console.error(error.message ?? String(error));
  process.exit(1);
}
