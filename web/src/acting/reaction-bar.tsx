import { SmileyIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Reactions } from '../../../contract/common.ts'
import { type OwnReactions, type ReactionName, reactionNames } from '../../../contract/own-reactions.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { queryClient } from '../data/query-client.ts'
import { ownReactionsQuery } from './queries.ts'
import styles from './reaction-bar.module.css'

const signs: Record<ReactionName, string> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  hooray: '🎉',
  confused: '😕',
  heart: '❤️',
  rocket: '🚀',
  eyes: '👀',
}
const words: Record<ReactionName, string> = {
  '+1': 'thumbs up',
  '-1': 'thumbs down',
  laugh: 'laugh',
  hooray: 'hooray',
  confused: 'confused',
  heart: 'heart',
  rocket: 'rocket',
  eyes: 'eyes',
}
const names = Object.keys(reactionNames) as ReactionName[]

/** What somebody reacts to: the issue or pull request itself, a comment on it, or one on its lines. */
export type ReactedTo = { kind: 'issue' } | { kind: 'comment' | 'line'; id: number }

/** How often each reaction was given, those of one's own marked; a press gives one or takes it back. */
export function ReactionBar({ subject, to, counts }: { subject: Subject; to: ReactedTo; counts: Reactions }) {
  const [picking, setPicking] = useState(false)
  /** What was pressed and is not on GitHub yet. */
  const [pressed, setPressed] = useState<Partial<Record<ReactionName, boolean>>>({})
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = may(`${to.kind}.react`)
  const query = ownReactionsQuery(subject)
  const given = names.filter((name) => (counts[name] ?? 0) > 0 || pressed[name])
  const own = useQuery({ ...query, enabled: allowed && (given.length > 0 || picking) }).data
  const isOwn = (name: ReactionName) => ownOf(own, to).includes(name)
  const isPressed = (name: ReactionName) => pressed[name] ?? isOwn(name)
  const countOf = (name: ReactionName) =>
    (counts[name] ?? 0) + (pressed[name] === undefined ? 0 : Number(pressed[name]) - Number(isOwn(name)))
  const settle = (name: ReactionName) => setPressed(({ [name]: _, ...others }) => others)
  const toggle = (name: ReactionName) => {
    const next = !isPressed(name)
    setPicking(false)
    setPressed((held) => ({ ...held, [name]: next }))
    const about = {
      ...(to.kind !== 'issue' && { values: { id: to.id } }),
      label: next ? 'react' : 'take the reaction back',
      onRefused: () => settle(name),
      onDone: () => {
        queryClient.setQueryData(query.queryKey, (held) => held && withOwn(held, to, name, next))
        settle(name)
      },
    }
    if (next) wish({ name: `${to.kind}.react`, body: { content: name }, ...about })
    else wish({ name: `${to.kind}.unreact`, ...about, values: { ...about.values, content: name } })
  }
  if (given.length === 0 && !allowed) return null
  const shown = picking ? names : given.filter((name) => countOf(name) > 0)
  return (
    <fieldset className={styles.bar}>
      <legend className={styles.hidden}>Reactions</legend>
      {shown.map((name) => (
        <button
          key={name}
          type="button"
          className={styles.one}
          disabled={!allowed}
          aria-pressed={isPressed(name)}
          aria-label={`${words[name]}: ${countOf(name)}`}
          onClick={() => toggle(name)}
        >
          <span aria-hidden="true">{signs[name]}</span> {countOf(name) > 0 && countOf(name)}
        </button>
      ))}
      {allowed && (
        <IconButton
          icon={SmileyIcon}
          size="small"
          variant="invisible"
          aria-label={picking ? 'Show given reactions only' : 'Add a reaction'}
          aria-expanded={picking}
          onClick={() => setPicking(!picking)}
        />
      )}
    </fieldset>
  )
}

function ownOf(own: OwnReactions | undefined, to: ReactedTo): readonly string[] {
  if (to.kind === 'issue') return own?.subject ?? []
  return own?.[to.kind === 'line' ? 'lines' : 'comments'][to.id] ?? []
}

function withOwn(held: OwnReactions, to: ReactedTo, name: ReactionName, given: boolean): OwnReactions {
  const others = ownOf(held, to).filter((one) => one !== name)
  const next = given ? [...others, name] : others
  if (to.kind === 'issue') return { ...held, subject: next }
  const list = to.kind === 'line' ? 'lines' : 'comments'
  return { ...held, [list]: { ...held[list], [to.id]: next } }
}
