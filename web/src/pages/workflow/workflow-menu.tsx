import {
  CircleSlashIcon,
  EyeClosedIcon,
  KebabHorizontalIcon,
  PeopleIcon,
  PlayIcon,
  TrashIcon,
} from '@primer/octicons-react'
import { ActionList, ActionMenu, ConfirmationDialog, IconButton } from '@primer/react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkflowDetail, WorkflowPatch } from '../../../../contract/workflows.ts'
import { api } from '../../data/api.ts'
import { workflowQuery, workflowsQuery } from '../../data/workflow-queries.ts'

/** What one does with a workflow rarely: switch it off, let others see it, delete it. */
export function WorkflowMenu({ workflow }: { workflow: WorkflowDetail }) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [confirming, setConfirming] = useState(false)
  const toggle = useMutation({
    mutationFn: (patch: WorkflowPatch) => api.patch<WorkflowDetail>(`/workflows/${workflow.id}`, patch),
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
            <ActionList.Item
              onSelect={() => toggle.mutate({ enabled: !workflow.enabled })}
              disabled={toggle.isPending}
            >
              <ActionList.LeadingVisual>
                {workflow.enabled ? <CircleSlashIcon /> : <PlayIcon />}
              </ActionList.LeadingVisual>
              {workflow.enabled ? 'Disable workflow' : 'Enable workflow'}
            </ActionList.Item>
            <ActionList.Item
              onSelect={() =>
                toggle.mutate({ visibility: workflow.visibility === 'shared' ? 'private' : 'shared' })
              }
              disabled={toggle.isPending}
            >
              <ActionList.LeadingVisual>
                {workflow.visibility === 'shared' ? <EyeClosedIcon /> : <PeopleIcon />}
              </ActionList.LeadingVisual>
              {workflow.visibility === 'shared' ? 'Hide from others' : 'Share with everybody here'}
              <ActionList.Description variant="block">
                {workflow.visibility === 'shared'
                  ? 'Only you and maintainers will see it.'
                  : 'They may read its source, and run it where they may write.'}
              </ActionList.Description>
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
          title={remove.error ? 'The workflow could not be deleted' : 'The workflow could not be changed'}
          confirmButtonContent="Try again"
          onClose={(gesture) => {
            remove.reset()
            toggle.reset()
            if (gesture !== 'confirm') return
            if (remove.error) remove.mutate()
            else if (toggle.variables) toggle.mutate(toggle.variables)
          }}
        >
          {(toggle.error ?? remove.error)?.message}
        </ConfirmationDialog>
      )}
    </>
  )
}
