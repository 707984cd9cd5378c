// Family "drafts": one recipe on one base, with patches, and what is left afterwards.
// Family "patches": patches from nowhere, on any base.
import * as immer11 from "immer";
import * as immer10 from "immer10";
import { Recipe } from "./recipes.mjs";
import * as terms from "./terms.mjs";

for (const immer of [immer10, immer11]) {
  immer.enablePatches();
  immer.enableMapSet();
}

const IMMER = { 10: immer10, 11: immer11 };

// A patch of a Set counts where its member stands; Python's sets have no order.
const isSetIn = (place, path) =>
  path.reduce((at, key) => (at instanceof Map ? at.get(key) : at?.[key]), place) instanceof Set;

const shown = (patches, places) =>
  patches.map((patch) => {
    const [above, last] = [patch.path.slice(0, -1), patch.path.slice(-1)];
    const isSet = last.length > 0 && places.some((place) => isSetIn(place, above));
    const value = "value" in patch ? terms.plain(patch.value) : null;
    return [patch.op, [...above, ...(isSet ? ["*"] : last)], value];
  });

function roundTrip(immer, base, patches, wanted) {
  const [kind, result] = terms.attempt(() => immer.applyPatches(base, patches));
  return kind === "ok" && terms.canonical(result) === terms.canonical(wanted);
}

// Whether a draft that has left its recipe can still be changed.
function leaked(draft) {
  const change = {
    o: () => (draft.zz = 1), a: () => draft.push(1), s: () => draft.add(1), m: () => draft.set(99, 1),
  };
  let kind;
  try {
    kind = terms.kindOf(draft);
  } catch {
    return "refused";
  }
  return terms.attempt(change[kind])[0] === "ok" ? "changed" : "refused";
}

function produced(immer, base, recipe, program) {
  if (program.how !== "manual")
    return immer.produceWithPatches(base, (draft) => {
      recipe.variables[0] = draft;
      const result = recipe.run(program.steps, program.ret);
      recipe.drafts = program.leaks.map((each) => recipe.variables[each]).filter(immer.isDraft);
      return result;
    });
  const draft = immer.createDraft(base);
  recipe.variables[0] = draft;
  recipe.run(program.steps, null);
  recipe.drafts = program.leaks.map((each) => recipe.variables[each]).filter(immer.isDraft);
  return [immer.finishDraft(draft)];
}

export function drafts(program) {
  const immer = IMMER[program.immer];
  const base = immer11.freeze(terms.build(program.base), true);
  const before = terms.canonical(base);
  const recipe = new Recipe(immer, {});
  const [kind, result] = terms.attempt(() => produced(immer, base, recipe, program));
  const trace = { log: recipe.log, leaks: (recipe.drafts ?? []).map(leaked) };
  trace.intact = terms.canonical(base) === before;
  if (kind === "error") return { ...trace, error: result };
  const [state, patches, inverse] = result;
  trace.state = terms.graph(state, terms.places(base));
  trace.same = Object.is(state, base);
  if (patches === undefined) return trace;
  return {
    ...trace,
    patches: shown(patches, [base, state]),
    inverse: shown(inverse, [base, state]),
    there: roundTrip(immer, base, patches, state),
    back: roundTrip(immer, state, inverse, base),
  };
}

export function patches(program) {
  const immer = IMMER[program.immer];
  const base = immer11.freeze(terms.build(program.base), true);
  const before = terms.canonical(base);
  const given = program.patches.map(({ op, path, value }) => ({ op, path, value: terms.build(value) }));
  const [kind, result] = terms.attempt(() => immer.applyPatches(base, given));
  const intact = terms.canonical(base) === before;
  if (kind === "error") return { intact, error: result };
  const state = terms.graph(result, terms.places(base));
  return { intact, state, same: Object.is(result, base) };
}
