// Hands each request on to a worker, which has a Pyodide of its own.
const worker = new Worker("worker.mjs", { type: "module" });
const waiting = new Map();
let count = 0;

worker.onmessage = ({ data: [id, answer, error] }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  error === undefined ? resolve(answer) : reject(new Error(error));
};
worker.onerror = (event) => console.error(event.message);

window.ask = (request) =>
  new Promise((resolve, reject) => {
    waiting.set((count += 1), { resolve, reject });
    worker.postMessage([count, request]);
  });
window.ready = () => window.ask("");
