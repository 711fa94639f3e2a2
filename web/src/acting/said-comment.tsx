import { KebabHorizontalIcon, PencilIcon, TrashIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, Button, ConfirmationDialog, IconButton } from '@primer/react'
import { type ReactNode, useState } from 'react'
import type { Reactions } from '../../../contract/common.ts'
import { type Author, Said } from '../components/said.tsx'
import { dropItem, editOf, type Subject, useActs, useRights } from '../data/acts.ts'
import { Composer } from './composer.tsx'
import { ReactionBar } from './reaction-bar.tsx'

interface SaidOne {
  id: number
  user: Author
  body: string
  reactions: Reactions
  created_at: string
  updated_at: string
}

/** Comments on an issue or a pull request, and those on its lines. */
const said = {
  comment: { edit: 'comment.edit', remove: 'comment.delete', mirrored: 'comment' },
  line: { edit: 'line.edit', remove: 'line.delete', mirrored: 'review_comment' },
} as const

/** A comment, which whoever may can edit and delete in its place, and everybody react to. */
export function SaidComment({
  subject,
  comment,
  on = 'comment',
  draw,
}: {
  subject: Subject
  comment: SaidOne
  on?: keyof typeof said
  /** Draws its words, where that is done in a way of their own. */
  draw?: (body: string) => ReactNode
}) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const [deleting, setDeleting] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const { id, user, created_at, updated_at, reactions } = comment
  const acts = said[on]
  const allowed = may(acts.edit, { author: user?.login ?? null })
  const values = { id }
  const body = shown ?? comment.body
  const remove = () =>
    wish({
      name: acts.remove,
      values,
      label: 'delete the comment',
      onDone: () => dropItem(acts.mirrored, id, { fullName: subject.fullName, under: subject.number }),
    })
  return (
    <>
      <Editable
        {...{ subject, user, body }}
        at={created_at}
        changed={updated_at}
        word={on === 'line' ? 'said' : 'commented'}
        words={draw?.(body)}
        mayEdit={allowed}
        foot={<ReactionBar subject={subject} to={{ kind: on, id }} counts={reactions} />}
        onDelete={allowed ? () => setDeleting(true) : undefined}
        onSave={(next, refused) => {
          setShown(next)
          wish({
            name: acts.edit,
            values,
            body: { body: next },
            label: 'edit the comment',
            onDone: () => setShown(null),
            onRefused: () => {
              setShown(null)
              refused()
            },
          })
        }}
      />
      {deleting && (
        <ConfirmationDialog
          title="Delete this comment?"
          confirmButtonContent="Delete comment"
          confirmButtonType="danger"
          onClose={(gesture) => {
            setDeleting(false)
            if (gesture === 'confirm') remove()
          }}
        >
          It is deleted on GitHub, for everybody and for good.
        </ConfirmationDialog>
      )}
    </>
  )
}

/** What an issue or a pull request begins with. */
export interface Opening {
  user: Author
  created_at: string
  body: string | null
  reactions: Reactions
}

/** The description of an issue or a pull request. */
export function SaidOpening({ subject, opening }: { subject: Subject; opening: Opening }) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  return (
    <Editable
      subject={subject}
      user={opening.user}
      at={opening.created_at}
      word="opened this"
      body={opening.body}
      foot={<ReactionBar subject={subject} to={{ kind: 'issue' }} counts={opening.reactions} />}
      mayEdit={may(editOf(subject), { author: opening.user?.login ?? null, fields: ['body'] })}
      onSave={(body, refused) =>
        wish({
          name: editOf(subject),
          body: { body },
          label: `edit #${subject.number}`,
          shown: (held) => ({ ...held, body }),
          onRefused: refused,
        })
      }
    />
  )
}

interface EditableProps {
  subject: Subject
  user: Author
  at: string
  word: string
  body: string | null
  changed?: string
  words?: ReactNode
  foot: ReactNode
  mayEdit: boolean
  onSave: (body: string, refused: () => void) => void
  onDelete?: (() => void) | undefined
}

function Editable({ subject, mayEdit, onSave, onDelete, ...said }: EditableProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const save = () => {
    if (draft === null || (onDelete && !draft.trim())) return
    setDraft(null)
    if (draft !== (said.body ?? '')) onSave(draft, () => setDraft(draft))
  }
  const menu = mayEdit && (
    <ActionMenu>
      <ActionMenu.Anchor>
        <IconButton
          icon={KebabHorizontalIcon}
          size="small"
          variant="invisible"
          aria-label={`Actions for what ${said.user?.login ?? 'ghost'} said`}
        />
      </ActionMenu.Anchor>
      <ActionMenu.Overlay width="auto">
        <ActionList>
          <ActionList.Item onSelect={() => setDraft(said.body ?? '')}>
            <ActionList.LeadingVisual>
              <PencilIcon />
            </ActionList.LeadingVisual>
            Edit
          </ActionList.Item>
          {onDelete && (
            <ActionList.Item variant="danger" onSelect={onDelete}>
              <ActionList.LeadingVisual>
                <TrashIcon />
              </ActionList.LeadingVisual>
              Delete
            </ActionList.Item>
          )}
        </ActionList>
      </ActionMenu.Overlay>
    </ActionMenu>
  )
  return (
    <Said {...said} fullName={subject.fullName} aside={menu}>
      {draft === null ? undefined : (
        <Composer
          label="Edit"
          fullName={subject.fullName}
          value={draft}
          onChange={setDraft}
          onSend={save}
          autoFocus
          actions={
            <>
              <Button onClick={() => setDraft(null)}>Cancel</Button>
              <Button variant="primary" onClick={save}>
                Save
              </Button>
            </>
          }
        />
      )}
    </Said>
  )
}
