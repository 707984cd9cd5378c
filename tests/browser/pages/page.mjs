// The page's own Pyodide answers; `browsing.py` asks.
import { boot } from "./boot.mjs";

const answering = boot();

window.ready = async () => {
  await answering;
};
window.ask = async (request) => (await answering)(request);
