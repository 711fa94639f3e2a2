import { useSyncExternalStore } from 'react'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { pullRequestQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'

/** One suggestion of a comment, and the thread that it is in. */
export interface Picked {
  comment: number
  /** Which of the comment's suggestions, from 0. */
  part: number
  thread: number
}

const none: readonly Picked[] = []
const batches = new Map<string, readonly Picked[]>()
const listeners = new Set<() => void>()
const keyOf = ({ fullName, number }: Subject) => `${fullName}#${number}`
const isSame = (one: Picked) => (other: Picked) => one.comment === other.comment && one.part === other.part

function setBatch(subject: Subject, batch: readonly Picked[]): void {
  batches.set(keyOf(subject), batch)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The suggestions that somebody collects to apply them as one commit: they last as long as the page. */
export function useBatch(subject: Subject) {
  const picked = useSyncExternalStore(subscribe, () => batches.get(keyOf(subject)) ?? none)
  return {
    picked,
    has: (one: Picked) => picked.some(isSame(one)),
    toggle(one: Picked) {
      const others = picked.filter((other) => !isSame(one)(other))
      setBatch(subject, others.length === picked.length ? [...picked, one] : others)
    },
    clear: () => setBatch(subject, none),
  }
}

/** Applies suggestions to the head that is shown, and settles their threads, as GitHub does. */
export function useApplySuggestions(subject: Subject): (batch: readonly Picked[], message?: string) => void {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  return (batch, message) => {
    const pull = queryClient.getQueryData(pullRequestQuery(subject.fullName, subject.number).queryKey)
    if (!pull || batch.length === 0) return
    wish({
      name: 'suggestions.apply',
      body: {
        sha: pull.head.sha,
        suggestions: batch.map(({ comment, part }) => ({ comment, part })),
        ...(message && { message }),
      },
      label: batch.length === 1 ? 'apply the suggestion' : `apply ${batch.length} suggestions`,
      onDone() {
        setBatch(
          subject,
          (batches.get(keyOf(subject)) ?? none).filter((one) => !batch.some(isSame(one))),
        )
        if (!may('thread.resolve', { author: pull.user?.login ?? null })) return
        for (const id of new Set(batch.map(({ thread }) => thread)))
          wish({ name: 'thread.resolve', values: { id }, label: 'resolve the thread of the suggestion' })
      },
    })
  }
}
