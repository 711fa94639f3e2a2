import { KebabHorizontalIcon, PencilIcon, TrashIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu, Button, ConfirmationDialog, IconButton } from '@primer/react'
import { useState } from 'react'
import type { Comment } from '../../../contract/mirror.ts'
import { type Author, Said } from '../components/said.tsx'
import { dropComment, editOf, type Subject, useActs, useRights } from '../data/acts.ts'
import { Composer } from './composer.tsx'

/** A comment, which whoever may can edit and delete in its place. */
export function SaidComment({ subject, comment }: { subject: Subject; comment: Comment }) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const [deleting, setDeleting] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const { id, user, created_at, updated_at } = comment
  const allowed = may('comment.edit', { author: user?.login ?? null })
  const values = { id }
  const remove = () =>
    wish({
      name: 'comment.delete',
      values,
      label: 'delete the comment',
      onDone: () => dropComment(subject, id),
    })
  return (
    <>
      <Editable
        {...{ subject, user }}
        at={created_at}
        changed={updated_at}
        word="commented"
        body={shown ?? comment.body}
        mayEdit={allowed}
        onDelete={allowed ? () => setDeleting(true) : undefined}
        onSave={(body, refused) => {
          setShown(body)
          wish({
            name: 'comment.edit',
            values,
            body: { body },
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

/** The description of an issue or a pull request. */
export function SaidOpening({
  subject,
  opening,
}: {
  subject: Subject
  opening: { user: Author; created_at: string; body: string | null }
}) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  return (
    <Editable
      subject={subject}
      user={opening.user}
      at={opening.created_at}
      word="opened this"
      body={opening.body}
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
