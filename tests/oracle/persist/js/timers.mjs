// Time that passes only when it is told to, so that a program of seconds takes none.
const immediate = globalThis.setImmediate;

// All promises that can settle now have settled afterwards.
export const drained = () => new Promise((resolve) => immediate(resolve));

export class Clock {
  now = 0;
  #timers = new Map();
  #count = 0;
  #onError;

  constructor(onError) {
    this.#onError = onError;
  }

  // Node's timers are replaced, for as long as this process lives.
  install() {
    const add = (every) => (callback, wait = 0) => this.#add(callback, Math.max(1, wait), every);
    globalThis.setTimeout = add(false);
    globalThis.setInterval = add(true);
    globalThis.clearTimeout = globalThis.clearInterval = (id) => this.#timers.delete(id);
  }

  #add(callback, wait, every) {
    this.#count += 1;
    this.#timers.set(this.#count, { id: this.#count, callback, wait, every, at: this.now + wait });
    return this.#count;
  }

  after(wait) {
    return new Promise((resolve) => this.#add(resolve, wait, false));
  }

  #next() {
    const order = (one, other) => one.at - other.at || one.id - other.id;
    return [...this.#timers.values()].sort(order)[0];
  }

  #run(timer) {
    this.now = timer.at;
    if (timer.every) timer.at += timer.wait;
    else this.#timers.delete(timer.id);
    try {
      timer.callback();
    } catch (error) {
      this.#onError(error);
    }
  }

  async advance(wait) {
    const end = this.now + wait;
    for (await drained(); this.#next()?.at <= end; await drained()) this.#run(this.#next());
    this.now = end;
  }

  // Until nothing is left to do.
  async settle() {
    for (await drained(); this.#next(); await drained()) this.#run(this.#next());
  }
}
