import type { Perform } from '../step.ts'

/** `hub/set-output`: each input is an output. */
export const setOutput: Perform = async ({ inputs }) => ({ outputs: { ...inputs } })
