import { ClockIcon, GitBranchIcon, GitMergeIcon, TriangleDownIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, Button, ButtonGroup, IconButton } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PullRequest } from '../../../contract/mirror.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import styles from './merge-box.module.css'
import { mergeMethodsQuery } from './queries.ts'

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
const graphqlNames = { merge: 'MERGE', squash: 'SQUASH', rebase: 'REBASE' } as const

/** Merges a pull request as it was looked at, makes it ready, and takes its branch away afterwards. */
export function MergeBox({ subject, pull }: { subject: Subject; pull: PullRequest }) {
  const { may } = useRights(subject.fullName)
  if (pull.state === 'closed') return <DeleteBranch subject={subject} pull={pull} />
  if (pull.draft) return <Ready subject={subject} pull={pull} />
  if (!may('pull.merge')) return null
  return pull.auto_merge ? (
    <AutoMerge subject={subject} method={pull.auto_merge.merge_method} />
  ) : (
    <Merge subject={subject} pull={pull} />
  )
}

interface BoxProps {
  subject: Subject
  pull: PullRequest
}

function Merge({ subject, pull }: BoxProps) {
  const [wanted, setMethod] = useState<Method>('merge')
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = useQuery(mergeMethodsQuery(subject.fullName)).data
  const offered = methods.filter((one) => allowed?.[one.method] ?? true)
  const chosen = offered.find((one) => one.method === wanted) ?? offered[0] ?? methods[0]
  const { method } = chosen
  // What is clean GitHub merges at once, and lets nobody wait for.
  const mayWait = allowed?.auto && pull.mergeable_state !== 'clean'
  const merge = () =>
    wish({
      name: 'pull.merge',
      // Only what is on this page: GitHub refuses when somebody has pushed meanwhile.
      body: { sha: pull.head.sha, merge_method: method },
      label: `merge #${subject.number}`,
      shown: (held) => ({ ...held, state: 'closed', merged_at: new Date().toISOString() }),
    })
  const mergeLater = () =>
    wish({
      name: 'pull.auto-merge',
      body: { mergeMethod: graphqlNames[method], expectedHeadOid: pull.head.sha },
      label: `let #${subject.number} merge by itself`,
      shown: (held) => ({ ...held, auto_merge: { merge_method: method, enabled_by: null } }),
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
              {offered.map((one) => (
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
        {mayWait && (
          <Button size="small" leadingVisual={ClockIcon} onClick={mergeLater}>
            Enable auto-merge
          </Button>
        )}
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

function AutoMerge({ subject, method }: { subject: Subject; method: string }) {
  const { wish } = useActs(subject)
  return (
    <section aria-label="Merge" className={styles.box}>
      <span>This merges by itself ({method}) once everything that is required is there.</span>
      <Button
        onClick={() =>
          wish({
            name: 'pull.no-auto-merge',
            label: `not let #${subject.number} merge by itself`,
            shown: (held) => ({ ...held, auto_merge: null }),
          })
        }
      >
        Disable auto-merge
      </Button>
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
