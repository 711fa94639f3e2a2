import { ActionList, ActionMenu } from '@primer/react'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { WorkflowDetail } from '../../../../contract/workflows.ts'
import { api } from '../../data/api.ts'
import { workflowExamplesQuery, workflowQuery, workflowsQuery } from '../../data/workflow-queries.ts'
import { WorkflowEditor } from './workflow-editor.tsx'

const route = getRouteApi('/app/workflows/new')

const starter = `name: Greet new issues

on:
  issues:
    types: [opened]

jobs:
  greet:
    steps:
      - uses: github/comment
        with:
          body: Thanks for the report, @\${{ github.event.issue.user.login }}. We will have a look.
`

/** A new workflow, from scratch or from one of the examples. */
export function NewWorkflowPage() {
  const { example } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const { data: examples } = useSuspenseQuery(workflowExamplesQuery)
  const chosen = examples.find(({ file }) => file === example)
  const create = async (source: string) => {
    const workflow = await api.post<WorkflowDetail>('/workflows', { source })
    queryClient.setQueryData(workflowQuery(workflow.id).queryKey, workflow)
    void queryClient.invalidateQueries({ queryKey: workflowsQuery.queryKey })
    void navigate({ to: '/workflows/$id', params: { id: workflow.id }, search: {}, ignoreBlocker: true })
    return workflow
  }
  return (
    <WorkflowEditor
      key={chosen?.file ?? ''}
      title="New workflow"
      initial={chosen?.source ?? starter}
      onSave={create}
      actions={
        examples.length > 0 && (
          <ActionMenu>
            <ActionMenu.Button>Start from an example</ActionMenu.Button>
            <ActionMenu.Overlay width="medium">
              <ActionList>
                {examples.map(({ file, name }) => (
                  <ActionList.Item
                    key={file}
                    onSelect={() => void navigate({ search: { example: file }, replace: true })}
                  >
                    {name}
                  </ActionList.Item>
                ))}
              </ActionList>
            </ActionMenu.Overlay>
          </ActionMenu>
        )
      }
    />
  )
}
