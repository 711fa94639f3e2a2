import { GitBranchIcon, GitMergeIcon, TriangleDownIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, Button, ButtonGroup, IconButton } from '@primer/react'
import { useState } from 'react'
import type { PullRequest } from '../../../contract/mirror.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import styles from './merge-box.module.css'

const methods = [
  { method: 'merge', label: 'Merge pull request', why: 'All commits, with a merge commit' },
  { method: 'squash', label: 'Squash and merge', why: 'All commits as one' },
  {
    method: 'rebase',
    label: 'Rebase and merge',
    why: 'All commits, one after the other, without a merge commit',
  },
] as const
type Method = (typeof methods)[number]['method']

/** Merges a pull request as it was looked at, makes it ready, and takes its branch away afterwards. */
export function MergeBox({ subject, pull }: { subject: Subject; pull: PullRequest }) {
  const { may } = useRights(subject.fullName)
  if (pull.state === 'closed') return <DeleteBranch subject={subject} pull={pull} />
  if (pull.draft) return <Ready subject={subject} pull={pull} />
  return may('pull.merge') ? <Merge subject={subject} pull={pull} /> : null
}

interface BoxProps {
  subject: Subject
  pull: PullRequest
}

function Merge({ subject, pull }: BoxProps) {
  const [method, setMethod] = useState<Method>('merge')
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const chosen = methods.find((one) => one.method === method)!
  const merge = () =>
    wish({
      name: 'pull.merge',
      // Only what is on this page: GitHub refuses when somebody has pushed meanwhile.
      body: { sha: pull.head.sha, merge_method: method },
      label: `merge #${subject.number}`,
      shown: (held) => ({ ...held, state: 'closed', merged_at: new Date().toISOString() }),
    })
  const update = () =>
    wish({
      name: 'pull.update-branch',
      body: { expected_head_sha: pull.head.sha },
      label: `update the branch of #${subject.number}`,
    })
  const toDraft = () =>
    wish({
      name: 'pull.draft',
      label: `turn #${subject.number} into a draft`,
      shown: (held) => ({ ...held, draft: true }),
    })
  return (
    <section aria-label="Merge" className={styles.box}>
      <ButtonGroup>
        <Button variant="primary" leadingVisual={GitMergeIcon} onClick={merge}>
          {chosen.label}
        </Button>
        <ActionMenu>
          <ActionMenu.Anchor>
            <IconButton variant="primary" icon={TriangleDownIcon} aria-label="Choose how to merge" />
          </ActionMenu.Anchor>
          <ActionMenu.Overlay width="medium">
            <ActionList selectionVariant="single">
              {methods.map((one) => (
                <ActionList.Item
                  key={one.method}
                  selected={one.method === method}
                  onSelect={() => setMethod(one.method)}
                >
                  {one.label}
                  <ActionList.Description variant="block">{one.why}</ActionList.Description>
                </ActionList.Item>
              ))}
            </ActionList>
          </ActionMenu.Overlay>
        </ActionMenu>
      </ButtonGroup>
      <span className={styles.facts}>
        The head <code>{pull.head.sha.slice(0, 7)}</code> into {pull.base.ref}
      </span>
      <span className={styles.more}>
        {may('pull.update-branch', { author: pull.user?.login ?? null }) && (
          <Button size="small" onClick={update}>
            Update branch
          </Button>
        )}
        {may('pull.draft', { author: pull.user?.login ?? null }) && (
          <Button size="small" onClick={toDraft}>
            Convert to draft
          </Button>
        )}
      </span>
    </section>
  )
}

function Ready({ subject, pull }: BoxProps) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  return (
    <section aria-label="Merge" className={styles.box}>
      <span>This is a draft: it cannot be merged yet.</span>
      {may('pull.ready', { author: pull.user?.login ?? null }) && (
        <Button
          onClick={() =>
            wish({
              name: 'pull.ready',
              label: `mark #${subject.number} as ready`,
              shown: (held) => ({ ...held, draft: false }),
            })
          }
        >
          Ready for review
        </Button>
      )}
    </section>
  )
}

function DeleteBranch({ subject, pull }: BoxProps) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const [gone, setGone] = useState(false)
  if (!pull.merged_at || !may('branch.delete')) return null
  const remove = () => {
    setGone(true)
    wish({
      name: 'branch.delete',
      values: { branch: pull.head.ref },
      label: `delete the branch ${pull.head.ref}`,
      onRefused: () => setGone(false),
    })
  }
  return (
    <section aria-label="Merge" className={styles.box}>
      <span>Merged: the branch {pull.head.ref} is not needed any more.</span>
      <Button leadingVisual={GitBranchIcon} disabled={gone} onClick={remove}>
        {gone ? 'Branch deleted' : 'Delete branch'}
      </Button>
    </section>
  )
}
