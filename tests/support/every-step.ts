import type { Perform, Steps } from '../../src/engine/step.ts'
import { createSteps } from '../../src/engine/steps/create-steps.ts'

/** Every step kind of the catalogue, done in one way. */
export function everyStep(perform: Perform): Steps {
  return Object.fromEntries(Object.keys(createSteps()).map((name) => [name, perform])) as unknown as Steps
}
