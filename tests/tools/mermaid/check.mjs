// Reads {name: diagram} from standard input and prints what Mermaid makes of each:
// {name: {type, nodes, edges, boxes}}, or {name: {error}}.
// Mermaid cleans labels with the browser's document, so it gets one that draws nothing.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

async function read(text) {
  try {
    const { diagramType: type } = await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (!type.startsWith("flowchart")) return { type };
    return {
      type,
      nodes: Object.fromEntries([...db.getVertices()].map(([id, v]) => [id, v.text])),
      edges: db.getEdges().map(({ start, end }) => [start, end]),
      boxes: Object.fromEntries(db.getSubGraphs().map(({ id, title }) => [id, title])),
    };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

const answers = {};
for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  answers[name] = await read(text);
}
process.stdout.write(JSON.stringify(answers));
