// What the DevTools' window makes of messages: its own reducer, without the window.
import * as types from '../node_modules/@redux-devtools/app-core/lib/constants/actionTypes.js'
import { getActiveInstance, instances } from '../node_modules/@redux-devtools/app-core/lib/reducers/instances.js'

export class Display {
  constructor() {
    this.state = instances(undefined, { type: 'nothing' })
  }

  // A message that a monitor has received.
  receive(request) {
    if (request.type === 'ERROR') return
    if (request.type === 'DISCONNECTED') {
      this.state = instances(this.state, { type: types.REMOVE_INSTANCE, id: request.id })
      return
    }
    this.state = instances(this.state, { type: types.UPDATE_STATE, request })
  }

  // A button that somebody has pressed.
  press(action) {
    this.state = instances(this.state, { type: types.LIFTED_ACTION, message: 'DISPATCH', action })
  }

  shown() {
    const id = getActiveInstance(this.state)
    return { id, options: this.state.options[id], lifted: this.state.states[id] }
  }
}

export function show({ messages }) {
  const display = new Display()
  return messages.map((message) => {
    if (message.press) display.press(message.press)
    else display.receive(message)
    return structuredClone(display.shown())
  })
}
