import { IssueClosedIcon, IssueReopenedIcon, SkipIcon, TriangleDownIcon } from '@primer/octicons-react'
import {
  ActionList,
  ActionMenu,
  Button,
  ButtonGroup,
  FormControl,
  IconButton,
  TextInput,
} from '@primer/react'
import { useState } from 'react'
import { editOf, type Subject, useActs, useRights } from '../data/acts.ts'
import { useMe } from '../data/use-session.ts'
import styles from './answer-box.module.css'
import { Composer } from './composer.tsx'
import { keepDraft, readDraft } from './drafts.ts'
import form from './inline-form.module.css'

/** What an issue can be closed as. */
const reasons = [
  { reason: 'completed', label: 'Close as completed', icon: IssueClosedIcon, why: 'Done, fixed, resolved' },
  { reason: 'not_planned', label: 'Close as not planned', icon: SkipIcon, why: 'Will not be done' },
  { reason: 'duplicate', label: 'Close as duplicate', icon: SkipIcon, why: 'Another issue is about it' },
] as const

interface Answerable {
  state: string
  user: { login: string } | null
}

/** Where one says something on an issue or pull request, and closes or reopens it. */
export function AnswerBox({ subject, item }: { subject: Subject; item: Answerable }) {
  const what = subject.isPull ? 'pull request' : 'issue'
  const place = `${subject.fullName}#${subject.number}`
  const [text, setText] = useState(() => readDraft(place))
  const [askingFor, setAskingFor] = useState(false)
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const me = useMe()
  if (!me || !may('comment.write')) return null
  const write = (next: string) => {
    setText(next)
    keepDraft(place, next)
  }
  const comment = () => {
    const said = text.trim()
    if (!said) return
    write('')
    wish({
      name: 'comment.write',
      body: { body: said },
      label: `comment on #${subject.number}`,
      said,
      // Whatever was typed meanwhile stays below it.
      onRefused: () => {
        setText((typed) => (typed ? `${said}\n\n${typed}` : said))
        keepDraft(place, said)
      },
    })
  }
  const move = (state: 'open' | 'closed', state_reason?: (typeof reasons)[number]['reason']) => {
    comment()
    wish({
      name: editOf(subject),
      body: { state, ...(state_reason && { state_reason }) },
      label: `${state === 'open' ? 'reopen' : 'close'} #${subject.number}`,
      shown: (held) => ({ ...held, state, ...(!subject.isPull && { state_reason: state_reason ?? null }) }),
    })
  }
  const closeAsDuplicate = (of: number) => {
    setAskingFor(false)
    // These words are how GitHub knows which issue it repeats.
    wish({
      name: 'comment.write',
      body: { body: `Duplicate of #${of}` },
      label: `comment on #${subject.number}`,
      said: `Duplicate of #${of}`,
    })
    move('closed', 'duplicate')
  }
  const mayMove = may(editOf(subject), { author: item.user?.login ?? null, fields: ['state'] })
  const withComment = text.trim() ? ' with comment' : ''
  return (
    <section aria-label="Answer" className={styles.answer}>
      {askingFor && <DuplicateForm onSend={closeAsDuplicate} onClose={() => setAskingFor(false)} />}
      <Composer
        label="Add a comment"
        fullName={subject.fullName}
        value={text}
        onChange={write}
        onSend={comment}
        actions={
          <>
            {mayMove && item.state === 'closed' && (
              <Button leadingVisual={IssueReopenedIcon} onClick={() => move('open')}>
                Reopen {what}
              </Button>
            )}
            {mayMove && item.state === 'open' && subject.isPull && (
              <Button onClick={() => move('closed')}>Close{withComment || ' pull request'}</Button>
            )}
            {mayMove && item.state === 'open' && !subject.isPull && (
              <ButtonGroup>
                <Button leadingVisual={IssueClosedIcon} onClick={() => move('closed', 'completed')}>
                  Close{withComment || ' issue'}
                </Button>
                <ActionMenu>
                  <ActionMenu.Anchor>
                    <IconButton icon={TriangleDownIcon} aria-label="Close for another reason" />
                  </ActionMenu.Anchor>
                  <ActionMenu.Overlay width="medium" align="end">
                    <ActionList>
                      {reasons.map(({ reason, label, icon: Glyph, why }) => (
                        <ActionList.Item
                          key={reason}
                          onSelect={() =>
                            reason === 'duplicate' ? setAskingFor(true) : move('closed', reason)
                          }
                        >
                          <ActionList.LeadingVisual>
                            <Glyph />
                          </ActionList.LeadingVisual>
                          {label}
                          <ActionList.Description variant="block">{why}</ActionList.Description>
                        </ActionList.Item>
                      ))}
                    </ActionList>
                  </ActionMenu.Overlay>
                </ActionMenu>
              </ButtonGroup>
            )}
            <Button variant="primary" disabled={!text.trim()} onClick={comment}>
              Comment
            </Button>
          </>
        }
      />
    </section>
  )
}

function DuplicateForm({ onSend, onClose }: { onSend: (of: number) => void; onClose: () => void }) {
  const [text, setText] = useState('')
  const of = Number(text.replace(/^#/, ''))
  const fits = Number.isSafeInteger(of) && of > 0
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (fits) onSend(of)
      }}
    >
      <FormControl>
        <FormControl.Label>Number of the issue that it repeats</FormControl.Label>
        <TextInput
          autoFocus
          block
          inputMode="numeric"
          placeholder="#12"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </FormControl>
      <Button type="submit" variant="danger" disabled={!fits}>
        Close as duplicate
      </Button>
      <Button onClick={onClose}>Cancel</Button>
    </form>
  )
}
