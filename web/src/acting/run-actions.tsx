import { CheckIcon, KebabHorizontalIcon, StopIcon, SyncIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, Button, ConfirmationDialog, IconButton } from '@primer/react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ActionsRun } from '../../../contract/mirror.ts'
import { useActs, useRights, useWishes, type Wish } from '../data/acts.ts'

/** What can be done with an Actions run: run it again, all of it or what failed, approve, cancel, delete its logs. */
export function RunActions({ fullName, run }: { fullName: string; run: ActionsRun }) {
  const subject = { fullName, number: run.id }
  const cache = useQueryClient()
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const [deleting, setDeleting] = useState(false)
  const waits = useWishes(subject).length > 0
  const values = { id: run.id }
  const label = `${run.name} #${run.run_number}`
  const isOver = run.status === 'completed'
  const queued = (item: object) => ({ ...item, status: 'queued', conclusion: null })
  const again = (name: 'run.again' | 'run.again-failed', debug = false) =>
    wish({
      ...{ name, values, shown: queued, label: `run ${label} again` },
      body: debug ? { enable_debug_logging: true } : {},
    })
  const cancelled = (name: 'run.cancel' | 'run.cancel-by-force'): Wish<typeof name> => ({
    ...{ name, values, body: {}, label: `cancel ${label}` },
  })
  const failed = isOver && run.conclusion !== 'success'
  return (
    <>
      {!isOver && may('run.cancel') && (
        <Button leadingVisual={StopIcon} loading={waits} onClick={() => wish(cancelled('run.cancel'))}>
          Cancel run
        </Button>
      )}
      {run.conclusion === 'action_required' && may('run.approve') && (
        <Button
          variant="primary"
          leadingVisual={CheckIcon}
          loading={waits}
          onClick={() =>
            wish({ name: 'run.approve', values, body: {}, shown: queued, label: `approve ${label}` })
          }
        >
          Approve and run
        </Button>
      )}
      {isOver && run.conclusion === 'failure' && may('run.again-failed') && (
        <Button leadingVisual={SyncIcon} disabled={waits} onClick={() => again('run.again-failed')}>
          Re-run failed jobs
        </Button>
      )}
      {isOver && may('run.again') && (
        <Button leadingVisual={SyncIcon} loading={waits} onClick={() => again('run.again')}>
          Re-run all jobs
        </Button>
      )}
      {may('run.again') && (
        <ActionMenu>
          <ActionMenu.Anchor>
            <IconButton icon={KebabHorizontalIcon} aria-label="More with this run" disabled={waits} />
          </ActionMenu.Anchor>
          <ActionMenu.Overlay>
            <ActionList>
              {failed && (
                <ActionList.Item onSelect={() => again('run.again-failed', true)}>
                  Re-run failed jobs with debug logging
                </ActionList.Item>
              )}
              {isOver && (
                <ActionList.Item onSelect={() => again('run.again', true)}>
                  Re-run all jobs with debug logging
                </ActionList.Item>
              )}
              {!isOver && (
                <ActionList.Item variant="danger" onSelect={() => wish(cancelled('run.cancel-by-force'))}>
                  Cancel by force
                </ActionList.Item>
              )}
              {isOver && (
                <ActionList.Item variant="danger" onSelect={() => setDeleting(true)}>
                  Delete all logs
                </ActionList.Item>
              )}
            </ActionList>
          </ActionMenu.Overlay>
        </ActionMenu>
      )}
      {deleting && (
        <ConfirmationDialog
          title={`Delete the logs of ${label}?`}
          confirmButtonContent="Delete all logs"
          confirmButtonType="danger"
          onClose={(gesture) => {
            setDeleting(false)
            if (gesture !== 'confirm') return
            wish({
              ...{ name: 'run.delete-logs', values, label: `delete the logs of ${label}` },
              onDone: () => void cache.resetQueries({ queryKey: ['job-log', fullName] }),
            })
          }}
        >
          GitHub deletes what all attempts of this run said. Nobody can bring it back.
        </ConfirmationDialog>
      )}
    </>
  )
}
