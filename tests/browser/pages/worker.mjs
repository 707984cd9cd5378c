// Pyodide in a worker; an empty request only waits until it is there.
import { boot } from "./boot.mjs";

const answering = boot({ isPlain: true });

onmessage = async ({ data: [id, request] }) => {
  try {
    const answer = await answering;
    postMessage([id, request && (await answer(request))]);
  } catch (error) {
    postMessage([id, "", String(error)]);
  }
};
