// A Redux DevTools window without the window: the real client, the real reducer.
import client from 'socketcluster-client'
import { Display } from './display.mjs'

const monitors = new Map()

class Monitor {
  constructor(options) {
    this.socket = client.create({ hostname: '127.0.0.1', autoReconnect: false, ...options })
    this.display = new Display()
    this.received = []
    this.waiting = []
  }

  async open(credentials) {
    const opened = this.socket.listener('connect').once()
    const failed = this.socket.listener('connectAbort').once()
    const first = await Promise.race([opened, failed.then((event) => ({ aborted: event }))])
    if (first.aborted) return { aborted: first.aborted }
    this.channel = await this.socket.invoke('login', credentials)
    await this.listen(this.channel)
    return { id: this.socket.id, channel: this.channel }
  }

  async listen(name) {
    const channel = this.socket.subscribe(name)
    ;(async () => {
      for await (const message of channel) this.take(message)
    })()
    if (channel.state !== 'subscribed') await channel.listener('subscribe').once()
  }

  take(message) {
    this.received.push(message)
    this.display.receive(message)
    this.waiting = this.waiting.filter((wake) => !wake())
  }

  // Resolves as soon as so many messages have come, since the beginning.
  until(count) {
    return new Promise((resolve) => {
      const wake = () => this.received.length >= count && (resolve(), true)
      if (!wake()) this.waiting.push(wake)
    })
  }
}

const orders = {
  open: async ({ name, options, credentials }) => {
    const one = new Monitor(options)
    monitors.set(name, one)
    return one.open(credentials ?? {})
  },
  listen: ({ name, channel }) => monitors.get(name).listen(channel),
  send: async ({ name, channel, message }) => {
    const one = monitors.get(name)
    if (message.type === 'DISPATCH') one.display.press(message.action)
    await one.socket.transmit(channel, message)
  },
  invoke: ({ name, event, data }) =>
    monitors.get(name).socket.invoke(event, data).then(
      (value) => ({ value: value ?? null }),
      (error) => ({ error: error.message }),
    ),
  received: async ({ name, count }) => {
    const one = monitors.get(name)
    await one.until(count)
    return one.received
  },
  shown: ({ name }) => monitors.get(name).display.shown(),
  close: async ({ name }) => {
    const { socket } = monitors.get(name)
    if (socket.state === 'closed') return
    const gone = socket.listener('disconnect').once()
    socket.disconnect()
    await gone
  },
  closed: async ({ name }) => {
    const { socket } = monitors.get(name)
    if (socket.state === 'closed') return null
    return socket.listener('disconnect').once()
  },
}

export const monitor = ({ order, ...rest }) => orders[order](rest)
