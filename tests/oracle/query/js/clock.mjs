// Time that passes only when it is told to, and dice that fall as they are told to.
const [immediate, RealDate] = [globalThis.setImmediate, globalThis.Date];

// The first moment: a time of 0 would count as none.
export const START = 1_000_000;

// All promises that can settle now have settled afterwards.
export const drained = () => new Promise((resolve) => immediate(resolve));

export class Clock {
  now = START;
  #timers = new Map();
  #count = 0;
  #seed = 1;

  // `draw` is what the wait before another attempt is drawn with, if any may be.
  constructor(onError, draw) {
    this.onError = onError;
    this.draw = draw;
  }

  // Node's own are replaced, for as long as this process lives.
  install() {
    const clock = this;
    globalThis.setTimeout = (callback, wait = 0) => this.#add(callback, Math.max(0, Math.trunc(wait)));
    globalThis.clearTimeout = (id) => this.#timers.delete(id);
    globalThis.Date = class extends RealDate {
      constructor(...given) { super(...(given.length ? given : [clock.now])); }
      static now() { return clock.now; }
    };
    Math.random = () => (this.draw !== undefined && isBackoff() ? this.draw : this.#next());
  }

  // The generator of Park and Miller: ids differ, and are the same in every run.
  #next() {
    this.#seed = (this.#seed * 48271) % 2147483647;
    return this.#seed / 2147483647;
  }

  #add(callback, wait) {
    this.#count += 1;
    this.#timers.set(this.#count, { id: this.#count, callback, at: this.now + wait });
    return this.#count;
  }

  clear() {
    this.#timers.clear();
  }

  #due(end) {
    const order = (one, other) => one.at - other.at || one.id - other.id;
    return [...this.#timers.values()].filter((timer) => timer.at <= end).sort(order)[0];
  }

  async advance(wait) {
    const end = this.now + wait;
    for (await drained(); this.#due(end); await drained()) {
      const timer = this.#due(end);
      this.now = Math.max(this.now, timer.at);
      this.#timers.delete(timer.id);
      try {
        timer.callback();
      } catch (error) {
        this.onError(error);
      }
    }
    this.now = end;
  }
}

// Only the wait before another attempt is drawn by more than an id.
function isBackoff() {
  Error.stackTraceLimit = 3;
  const is = new Error().stack.includes("defaultBackoff");
  Error.stackTraceLimit = 10;
  return is;
}
