// A program of lifted actions, run by the DevTools' own instrument.
import { legacy_createStore as createStore } from 'redux'
import { instrument } from '@redux-devtools/instrument'

// The same reducers are in tests/store/devtools/counting.py.
const reducers = {
  adding: (state = { n: 0, last: '' }, action) => {
    switch (action.type) {
      case 'add':
        return { n: state.n + action.payload, last: 'add' }
      case 'set':
        return { n: action.payload, last: 'set' }
      case 'fail':
        throw new Error('always')
      case 'limit':
        if (state.n > action.payload) throw new Error(`above ${action.payload}`)
        return { ...state, last: 'limit' }
      default:
        return state
    }
  },
  doubling: (state = { n: 1, last: '' }, action) =>
    action.type === 'add' ? { n: state.n * 2, last: 'double' } : state,
}

// Date and stack differ from run to run; undefined is not JSON, and so not there.
function bare({ monitorState, actionsById, ...lifted }) {
  const actions = Object.entries(actionsById).map(([id, one]) => [id, one.action])
  return { ...lifted, actionsById: Object.fromEntries(actions) }
}

function carryOut(store, step) {
  if (step.kind === 'perform') store.dispatch(step.action)
  else if (step.kind === 'replace') store.replaceReducer(reducers[step.reducer])
  else store.liftedStore.dispatch(step.action)
}

function run({ options, preloaded, steps }) {
  const enhancer = instrument(undefined, options)
  const store = createStore(reducers.adding, preloaded ?? undefined, enhancer)
  const trace = [{ raised: false, lifted: structuredClone(bare(store.liftedStore.getState())) }]
  for (const step of steps) {
    let raised = false
    try {
      carryOut(store, step)
    } catch {
      raised = true
    }
    // The real history is damaged when a reducer raises while recording: see programs.py.
    const isDamaged = raised && step.kind !== 'lifted'
    const lifted = structuredClone(bare(store.liftedStore.getState()))
    trace.push(isDamaged ? { raised } : { raised, lifted })
  }
  return trace
}

export const history = ({ programs }) => programs.map(run)
