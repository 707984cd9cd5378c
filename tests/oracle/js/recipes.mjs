// Runs the steps of a recipe on a draft. tests/oracle/recipes.py is the same in Python.
//
// An expression is {v: variable, p: path} or {l: term}, {cur: e}, {orig: e}, {w: [[key,
// e]...]} and {wa: [e...]} for new containers, {nest: e, steps, ret} for a produce
// within. What Python says with NOTHING is null here. Variable 0 is the draft. A step that does not fit what it meets does nothing.
import { build, isContainer, kindOf, plain } from "./terms.mjs";

const RANKS = { boolean: 1, number: 2, string: 3 };

function rank(value) {
  if (value === null || value === undefined) return [0, 0];
  if (isContainer(value)) return [4, 0];
  if (Number.isNaN(value)) return [5, 0];
  return [RANKS[typeof value], typeof value === "boolean" ? Number(value) : value];
}

function compare(one, other) {
  const [a, b] = [rank(one), rank(other)];
  if (a[0] !== b[0]) return a[0] - b[0];
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}

// Whether a key is of the class that keys of this container have.
function fits(value, key) {
  return isContainer(value) && (kindOf(value) === "o") === (typeof key === "string");
}

export class Recipe {
  constructor(immer, variables, extra = {}) {
    this.immer = immer;
    this.variables = variables;
    this.extra = extra;
    this.log = [];
  }

  get(value, key) {
    if (!fits(value, key)) return undefined;
    if (kindOf(value) === "m") return value.get(key);
    return Object.hasOwn(value, key) ? value[key] : undefined;
  }

  value(expression) {
    const { immer } = this;
    if ("v" in expression) {
      const start = this.variables[expression.v];
      return (expression.p ?? []).reduce((value, key) => this.get(value, key), start);
    }
    if ("l" in expression) return build(expression.l);
    if ("cur" in expression) return immer.current(this.value(expression.cur));
    if ("orig" in expression) return immer.original(this.value(expression.orig));
    if ("wa" in expression) return expression.wa.map((each) => this.value(each));
    if ("w" in expression)
      return Object.fromEntries(expression.w.map(([key, each]) => [key, this.value(each)]));
    if ("inc" in expression) return this.value(expression.inc) + 1;
    if ("nest" in expression) return this.nested(expression);
    throw new Error(`unknown expression ${JSON.stringify(expression)}`);
  }

  nested({ nest, steps, ret }) {
    const [outer, base] = [this.variables, this.value(nest)];
    if (!isContainer(base)) return base;
    return this.immer.produce(base, (draft) => {
      this.variables = { ...outer, 0: draft };
      try {
        return this.run(steps, ret);
      } finally {
        this.variables = outer;
      }
    });
  }

  run(steps, ret) {
    for (const [name, ...rest] of steps) this[`do_${name}`](...rest);
    if (ret === null || ret === undefined) return undefined;
    return "nothing" in ret ? null : this.value(ret);
  }

  // What a step works on, if it is of a kind that the step can work on.
  at(expression, kinds) {
    const value = this.value(expression);
    return isContainer(value) && kinds.includes(kindOf(value)) ? value : undefined;
  }

  do_let(name, expression) {
    this.variables[name] = this.value(expression);
  }

  do_set(target, key, expression) {
    const place = this.at(target, "oam");
    const value = this.value(expression);
    if (!fits(place, key)) return;
    const kind = kindOf(place);
    if (kind === "m") place.set(key, value);
    else if (kind === "o" || key < place.length) place[key] = value;
  }

  do_del(target, key) {
    const place = this.at(target, "om");
    if (!fits(place, key)) return;
    if (kindOf(place) === "m") place.delete(key);
    else delete place[key];
  }

  do_push(target, expression) {
    const value = this.value(expression);
    this.at(target, "a")?.push(value);
  }

  do_pop(name, target) {
    const place = this.at(target, "a");
    this.variables[name] = place?.length ? place.pop() : undefined;
  }

  do_insert(target, index, expression) {
    const value = this.value(expression);
    this.at(target, "a")?.splice(index, 0, value);
  }

  do_remove(name, target, index) {
    const place = this.at(target, "a");
    const fits = place !== undefined && index < place.length;
    this.variables[name] = fits ? place.splice(index, 1)[0] : undefined;
  }

  do_splice(target, index, count, expressions) {
    const values = expressions.map((each) => this.value(each));
    this.at(target, "a")?.splice(index, count, ...values);
  }

  do_sort(target) {
    this.at(target, "a")?.sort(compare);
  }

  do_reverse(target) {
    this.at(target, "a")?.reverse();
  }

  do_clear(target) {
    const place = this.at(target, "oasm");
    if (place === undefined) return;
    const kind = kindOf(place);
    if (kind === "a") place.length = 0;
    else if (kind === "o") for (const key of Object.keys(place)) delete place[key];
    else if (kind === "m") for (const key of [...place.keys()]) place.delete(key);
    else place.clear();
  }

  do_add(target, term) {
    this.at(target, "s")?.add(build(term));
  }

  do_discard(target, term) {
    this.at(target, "s")?.delete(build(term));
  }

  do_read(expression) {
    this.log.push(plain(this.value(expression)));
  }

  do_has(target, key) {
    const place = this.at(target, "oams");
    const kind = kindOf(place);
    if (kind === "s" || kind === "m") this.log.push(place.has(key));
    else this.log.push(fits(place, key) && Object.hasOwn(place, key));
  }

  do_size(target) {
    const place = this.value(target);
    this.log.push(isContainer(place) ? (place.size ?? Object.keys(place).length) : -1);
  }

  do_same(one, other) {
    this.log.push(Object.is(this.value(one), this.value(other)));
  }

  do_draft(expression) {
    this.log.push(this.immer.isDraft(this.value(expression)));
  }

  do_say(word) {
    this.log.push(word);
  }

  do_throw() {
    throw new Error("boom");
  }
}
