import { StopIcon, SyncIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import type { ActionsRun } from '../../../contract/mirror.ts'
import { useActs, useRights, useWishes } from '../data/acts.ts'

/** Runs an Actions run again, all of it or what failed, or cancels it. */
export function RunActions({ fullName, run }: { fullName: string; run: ActionsRun }) {
  const subject = { fullName, number: run.id }
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const waits = useWishes(subject).length > 0
  const values = { id: run.id }
  const label = `${run.name} #${run.run_number}`
  if (run.status !== 'completed') {
    return may('run.cancel') ? (
      <Button
        leadingVisual={StopIcon}
        loading={waits}
        onClick={() => wish({ name: 'run.cancel', values, label: `cancel ${label}` })}
      >
        Cancel run
      </Button>
    ) : null
  }
  if (!may('run.again')) return null
  return (
    <>
      {run.conclusion === 'failure' && (
        <Button
          leadingVisual={SyncIcon}
          disabled={waits}
          onClick={() => wish({ name: 'run.again-failed', values, label: `run ${label} again` })}
        >
          Re-run failed jobs
        </Button>
      )}
      <Button
        leadingVisual={SyncIcon}
        loading={waits}
        onClick={() => wish({ name: 'run.again', values, label: `run ${label} again` })}
      >
        Re-run all jobs
      </Button>
    </>
  )
}
