import { TrashIcon } from '@primer/octicons-react'
import { ConfirmationDialog, IconButton } from '@primer/react'
import { type ReactNode, useState } from 'react'

/** A button that deletes something on GitHub for good, once it was said twice. */
export function ConfirmDelete({
  what,
  children,
  onDelete,
}: {
  /** As in "Delete label bug". */
  what: string
  /** What goes with it. */
  children: ReactNode
  onDelete: () => void
}) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <IconButton
        icon={TrashIcon}
        size="small"
        variant="invisible"
        aria-label={`Delete ${what}`}
        onClick={() => setAsking(true)}
      />
      {asking && (
        <ConfirmationDialog
          title={`Delete ${what}?`}
          confirmButtonContent="Delete"
          confirmButtonType="danger"
          onClose={(gesture) => {
            setAsking(false)
            if (gesture === 'confirm') onDelete()
          }}
        >
          {children}
        </ConfirmationDialog>
      )}
    </>
  )
}
