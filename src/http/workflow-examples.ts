import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { parseWorkflow } from '../domain/workflow/parse-workflow.ts'
import { projectRoot } from '../project-root.ts'

const folder = join(projectRoot, 'examples/workflows')

export const WorkflowExample = Type.Object(
  { file: Type.String(), name: Type.String(), source: Type.String() },
  { $id: 'WorkflowExample' },
)
export type WorkflowExample = Static<typeof WorkflowExample>

/** The workflows that come with the hub, by file name, to begin one's own from. */
export async function readWorkflowExamples(): Promise<WorkflowExample[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yml')).sort()
  return await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(folder, file), 'utf8')
      return { file, name: parseWorkflow(source).definition?.name ?? file, source }
    }),
  )
}
