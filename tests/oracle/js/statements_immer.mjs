// The statements I1 to I11 about Immer, each as one small program; with 10.2 as well.
// tests/oracle/test_statements_immer.py runs the same in Python.
import * as immer10 from "immer10";
import * as immer11 from "immer";
import { attempt } from "./terms.mjs";

const kind = (run) => attempt(run)[1];
const frozen = Object.isFrozen;

const make = (I) => {
  const base = () => I.freeze({ a: { x: 1 }, b: [1, 2, 3], c: [{ id: 1 }, { id: 2 }] }, true);
  const { produce } = I;
  const same = (recipe, state = base()) => produce(state, recipe) === state;
  const patched = (recipe, state = base()) => {
    const [, patches, inverse] = I.produceWithPatches(state, recipe);
    return [patches, inverse];
  };

  function i1() {
    return {
      nothing: same(() => {}), read: same((d) => { d.c.forEach((each) => each.id); }),
      identical: same((d) => { d.a.x = 1; }), equalButNew: same((d) => { d.a = { x: 1 }; }),
      putBack: same((d) => { d.a = I.original(d).a; }), deleteMissing: same((d) => { delete d.z; }),
      notANumber: same((d) => { d.n = NaN; }, I.freeze({ n: NaN })),
      zeroes: same((d) => { d.n = -0; }, I.freeze({ n: 0 })),
      frozen: frozen(produce(base(), (d) => { d.a.x = 2; }).b),
    };
  }

  function i2() {
    return {
      reverted: [same((d) => { d.a.x = 2; d.a.x = 1; }), patched((d) => { d.a.x = 2; d.a.x = 1; })],
      pushedAndPopped: [same((d) => { d.b.push(9); d.b.pop(); }), patched((d) => { d.b.push(9); d.b.pop(); })],
    };
  }

  function i3() {
    const before = base();
    const after = produce(before, (d) => { d.c[0].id = 9; });
    return [after === before, after.a === before.a, after.b === before.b, after.c === before.c, after.c[0] === before.c[0], after.c[1] === before.c[1]];
  }

  function i4() {
    const twice = produce(base(), (d) => { d.k = d.a; d.a.x = 5; });
    const moved = produce(base(), (d) => { const taken = d.c.shift(); d.moved = taken; taken.id = 99; });
    const inside = produce(base(), (d) => { d.w = { in: d.a }; d.a.x = 8; });
    let cached;
    produce(base(), (d) => { cached = d.a === d.a && d.c[0] === d.c[0]; });
    return { cached, twice: [twice.k === twice.a, twice.k.x], moved: [moved.c, moved.moved], inside: [inside.w.in === inside.a, inside.w.in.x] };
  }

  function i5() {
    const after = produce(base(), (d) => { d.o = { v: 1, in: { y: 1 } }; d.o.v = 2; d.o.in.y = 3; });
    return [after.o, frozen(after.o), frozen(after.o.in)];
  }

  function i6() {
    const [state, leaks] = [base(), []];
    const raising = kind(() => produce(state, (d) => { leaks.push(d); d.a.x = 9; throw new Error("boom"); }));
    produce(state, (d) => { leaks.push(d.a); });
    const wrapped = produce(state, (d) => ({ k: d.a }));
    return {
      other: produce(state, () => 5), both: kind(() => produce(state, (d) => { d.a.x = 3; return {}; })),
      bothChild: kind(() => produce(state, (d) => { d.a.x = 3; return d.a; })),
      child: produce(state, (d) => d.a) === state.a, wrapped: wrapped.k === state.a,
      draft: produce(state, (d) => { d.a.x = 3; return d; }).a.x, raising, intact: state.a.x,
      leaks: leaks.map((leak) => attempt(() => (leak.x = 1))[0]), primitive: produce(1, (n) => n + 1),
      none: produce(state, () => null),
    };
  }

  function i7() {
    const state = base();
    const assigned = produce(state, (d) => { d.a = produce(d.a, (a) => { a.x = 7; }); });
    const ignored = produce(state, (d) => { produce(d.a, (a) => { a.x = 7; }); });
    const after = produce(state, (d) => { const inner = produce(d.c, (c) => { c[0].id = 5; }); d.c[1].id = 6; d.inner = inner; });
    return { assigned: [assigned.a.x, state.a.x], ignored: ignored === state, after: [after.c, after.inner] };
  }

  function i8() {
    const state = base();
    const draft = I.createDraft(state);
    draft.a.x = 4;
    const [now, first, kept] = [I.current(draft), I.original(draft), I.current(draft).b];
    draft.a.x = 5;
    const after = I.finishDraft(draft);
    return {
      now: [now, I.isDraft(now), frozen(now), kept === state.b], first: first === state, after: after.a.x,
      refused: [kind(() => I.finishDraft(state)), kind(() => I.current(state)), kind(() => I.original(state))],
    };
  }

  function i9() {
    const after = produce(base(), (d) => { d.a.x = { deep: [{ y: 1 }] }; });
    let within;
    produce(base(), (d) => { within = frozen(produce(d.a, (a) => { a.x = 2; })); });
    return [frozen(after), frozen(after.a.x.deep[0]), frozen(after.b), within, kind(() => { "use strict"; after.b.push(1); })];
  }

  function i10() {
    return {
      set: patched((d) => { d.a.x = 2; }), keys: patched((d) => { d.n = 1; delete d.a; }),
      push: patched((d) => { d.b.push(4, 5); }), pop: patched((d) => { d.b.pop(); }),
      removeFirst: patched((d) => { d.b.splice(0, 1); }), insertFirst: patched((d) => { d.b.unshift(0); }),
      element: patched((d) => { d.c[1].id = 9; }), reverse: patched((d) => { d.b.reverse(); }),
      clear: patched((d) => { d.b.length = 0; }), root: patched(() => ({ z: 1 })), nothing: patched(() => {}),
      inserted: patched((d) => { d.c.push({ id: 4 }); d.c[2].id = 5; }),
    };
  }

  function i11() {
    const apply = (state, ...patches) => attempt(() => I.applyPatches(I.freeze(state, true), patches));
    const value = { v: 1 };
    const [, put] = apply({}, { op: "add", path: ["k"], value });
    const pollute = (name) => apply({ a: {} }, { op: "replace", path: ["a", name, "x"], value: 1 });
    return {
      insert: apply({ b: [1, 2] }, { op: "add", path: ["b", 1], value: 9 }),
      end: apply({ b: [1] }, { op: "add", path: ["b", "-"], value: 9 }),
      nowhere: apply({}, { op: "replace", path: ["a", "b"], value: 1 }),
      unknown: apply({ a: 1 }, { op: "move", path: ["a"], value: 1 }),
      lastRoot: apply({ a: 1 }, { op: "replace", path: ["no", "where"], value: 5 }, { op: "replace", path: [], value: { q: 1 } }, { op: "add", path: ["r"], value: 2 }),
      copied: put.k === value, hostile: [pollute("__proto__"), pollute("constructor")],
    };
  }

  return { i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11 };
};

for (const immer of [immer10, immer11]) {
  immer.enablePatches();
  immer.enableMapSet();
}

const [before, now] = [make(immer10), make(immer11)];
const both = (name) => [name, () => ({ 10: before[name](), 11: now[name]() })];
export const statements = Object.fromEntries(Object.keys(now).map(both));
