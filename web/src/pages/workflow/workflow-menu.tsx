import { CircleSlashIcon, KebabHorizontalIcon, PlayIcon, TrashIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, ConfirmationDialog, IconButton } from '@primer/react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkflowDetail } from '../../../../contract/workflows.ts'
import { api } from '../../data/api.ts'
import { workflowQuery, workflowsQuery } from '../../data/workflow-queries.ts'

/** What one does with a workflow rarely: switch it off, delete it. */
export function WorkflowMenu({ workflow }: { workflow: WorkflowDetail }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [confirming, setConfirming] = useState(false)
  const toggle = useMutation({
    mutationFn: () => api.patch<WorkflowDetail>(`/workflows/${workflow.id}`, { enabled: !workflow.enabled }),
    onSuccess: (next) => queryClient.setQueryData(workflowQuery(workflow.id).queryKey, next),
  })
  const remove = useMutation({
    mutationFn: () => api.delete(`/workflows/${workflow.id}`),
    onSuccess: async () => {
      await navigate({ to: '/workflows' })
      void queryClient.invalidateQueries({ queryKey: workflowsQuery.queryKey })
    },
  })
  return (
    <>
      <ActionMenu>
        <ActionMenu.Anchor>
          <IconButton icon={KebabHorizontalIcon} aria-label="More actions" />
        </ActionMenu.Anchor>
        <ActionMenu.Overlay>
          <ActionList>
            <ActionList.Item onSelect={() => toggle.mutate()} disabled={toggle.isPending}>
              <ActionList.LeadingVisual>
                {workflow.enabled ? <CircleSlashIcon /> : <PlayIcon />}
              </ActionList.LeadingVisual>
              {workflow.enabled ? 'Disable workflow' : 'Enable workflow'}
            </ActionList.Item>
            <ActionList.Item variant="danger" onSelect={() => setConfirming(true)}>
              <ActionList.LeadingVisual>
                <TrashIcon />
              </ActionList.LeadingVisual>
              Delete workflow
            </ActionList.Item>
          </ActionList>
        </ActionMenu.Overlay>
      </ActionMenu>
      {confirming && (
        <ConfirmationDialog
          title={`Delete ${workflow.name}?`}
          confirmButtonContent="Delete workflow"
          confirmButtonType="danger"
          onClose={(gesture) => {
            setConfirming(false)
            if (gesture === 'confirm') remove.mutate()
          }}
        >
          It will not run any more, and its versions are gone. Runs of the past stay.
        </ConfirmationDialog>
      )}
      {(toggle.error ?? remove.error) && (
        <ConfirmationDialog
          title={remove.error ? 'The workflow could not be deleted' : 'The workflow could not be switched'}
          confirmButtonContent="Try again"
          onClose={(gesture) => {
            const again = remove.error ? remove : toggle
            again.reset()
            if (gesture === 'confirm') again.mutate()
          }}
        >
          {(toggle.error ?? remove.error)?.message}
        </ConfirmationDialog>
      )}
    </>
  )
}
