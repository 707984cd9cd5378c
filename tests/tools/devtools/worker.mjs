// Runs the Redux DevTools' own packages. A request is one line of JSON, {family, ...};
// the answer is one line: {value} or {error}.
import { createInterface } from 'node:readline'
import { history } from './history.mjs'
import { show } from './display.mjs'
import { monitor } from './monitor.mjs'

const families = { history, monitor, show }
// The instrument prints every error of a reducer; here they are part of the answer.
console.error = () => {}
const lines = createInterface({ input: process.stdin })

for await (const line of lines) {
  let answer
  try {
    const { family, ...request } = JSON.parse(line)
    answer = { value: (await families[family](request)) ?? null }
  } catch (error) {
    answer = { error: String(error.stack ?? error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
