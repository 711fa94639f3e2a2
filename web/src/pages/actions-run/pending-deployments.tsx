import { Banner, Button, Checkbox, FormControl, Textarea } from '@primer/react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ActionsRun } from '../../../../contract/mirror.ts'
import { pendingDeploymentsQuery } from '../../data/actions-queries.ts'
import { useActs, useRights, useWishes } from '../../data/acts.ts'
import styles from './actions-run.module.css'

/** What of a run waits for a yes, and the place to give it or to refuse. */
export function PendingDeployments({ fullName, run }: { fullName: string; run: ActionsRun }) {
  const subject = { fullName, number: run.id }
  const query = pendingDeploymentsQuery(fullName, run.id)
  const pending = useQuery(query)
  const cache = useQueryClient()
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const asked = useWishes(subject).some(({ name }) => name === 'run.review-deployments')
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const [comment, setComment] = useState('')
  if (pending.isError)
    return (
      <Banner variant="warning" title="A deployment waits for approval" description={pending.error.message} />
    )
  const waiting = pending.data ?? []
  if (waiting.length === 0 || asked) return null
  const chosen = waiting.filter(
    ({ environment, current_user_can_approve }) => current_user_can_approve && !left.has(environment.id),
  )
  const review = (state: 'approved' | 'rejected') =>
    wish({
      name: 'run.review-deployments',
      values: { id: run.id },
      body: { environment_ids: chosen.map(({ environment }) => environment.id), state, comment },
      label: `${state === 'approved' ? 'approve' : 'reject'} the deployment of ${run.name} #${run.run_number}`,
      onDone: () => void cache.invalidateQueries({ queryKey: query.queryKey }),
      onRefused: () => void cache.invalidateQueries({ queryKey: query.queryKey }),
    })
  return (
    <section className={styles.waiting} aria-label="Deployments that wait for approval">
      <h2 className={styles.panelTitle}>Waiting for approval</h2>
      {waiting.map(({ environment, current_user_can_approve, reviewers }) => (
        <FormControl key={environment.id} disabled={!current_user_can_approve}>
          <Checkbox
            checked={current_user_can_approve && !left.has(environment.id)}
            onChange={({ target }) =>
              setLeft((held) => {
                const next = new Set(held)
                if (target.checked) next.delete(environment.id)
                else next.add(environment.id)
                return next
              })
            }
          />
          <FormControl.Label>{environment.name}</FormControl.Label>
          {reviewers.length > 0 && (
            <FormControl.Caption>May be approved by {reviewers.join(', ')}</FormControl.Caption>
          )}
        </FormControl>
      ))}
      {may('run.review-deployments') && waiting.some((one) => one.current_user_can_approve) ? (
        <>
          <FormControl>
            <FormControl.Label>Comment</FormControl.Label>
            <Textarea block rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
          </FormControl>
          <div className={styles.buttons}>
            <Button variant="primary" disabled={chosen.length === 0} onClick={() => review('approved')}>
              Approve and deploy
            </Button>
            <Button variant="danger" disabled={chosen.length === 0} onClick={() => review('rejected')}>
              Reject
            </Button>
          </div>
        </>
      ) : (
        <p className={styles.quiet}>GitHub does not count you among those who may approve this.</p>
      )}
    </section>
  )
}
