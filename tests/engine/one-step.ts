/** A workflow of these jobs that people start. */
export const dispatch = (jobs: string) => `name: Test\non: workflow_dispatch\njobs:\n${jobs}`

/** With one step that reaches out. */
export const oneStep = dispatch('  a: {steps: [{uses: http/request, with: {url: x}}]}')
