import {
  ArrowRightIcon,
  KebabHorizontalIcon,
  LockIcon,
  PinIcon,
  PinSlashIcon,
  UnlockIcon,
} from '@primer/octicons-react'
import { ActionList, ActionMenu, IconButton } from '@primer/react'
import { useState } from 'react'
import type { ActName } from '../../../contract/acts.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { LockDialog, TransferDialog } from './issue-dialogs.tsx'

/** What is done seldom with an issue or a pull request: locked, pinned, moved. */
export function IssueMenu({
  subject,
  item,
}: {
  subject: Subject
  item: { locked: boolean; pinned?: boolean }
}) {
  const [dialog, setDialog] = useState<'lock' | 'transfer' | null>(null)
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const of = `#${subject.number}`
  if (!may('issue.lock')) return null
  const set = (name: ActName, label: string, shown: object) =>
    wish({ name, label: `${label} ${of}`, shown: (held) => ({ ...held, ...shown }) })
  const close = () => setDialog(null)
  return (
    <>
      <ActionMenu>
        <ActionMenu.Anchor>
          <IconButton icon={KebabHorizontalIcon} aria-label="More to do with it" />
        </ActionMenu.Anchor>
        <ActionMenu.Overlay width="auto" align="end">
          <ActionList>
            {item.locked ? (
              <ActionList.Item onSelect={() => set('issue.unlock', 'unlock', { locked: false })}>
                <ActionList.LeadingVisual>
                  <UnlockIcon />
                </ActionList.LeadingVisual>
                Unlock conversation
              </ActionList.Item>
            ) : (
              <ActionList.Item onSelect={() => setDialog('lock')}>
                <ActionList.LeadingVisual>
                  <LockIcon />
                </ActionList.LeadingVisual>
                Lock conversation
              </ActionList.Item>
            )}
            {!subject.isPull && (
              <>
                <ActionList.Item
                  onSelect={() =>
                    item.pinned
                      ? set('issue.unpin', 'unpin', { pinned: false })
                      : set('issue.pin', 'pin', { pinned: true })
                  }
                >
                  <ActionList.LeadingVisual>
                    {item.pinned ? <PinSlashIcon /> : <PinIcon />}
                  </ActionList.LeadingVisual>
                  {item.pinned ? 'Unpin issue' : 'Pin issue'}
                </ActionList.Item>
                <ActionList.Item onSelect={() => setDialog('transfer')}>
                  <ActionList.LeadingVisual>
                    <ArrowRightIcon />
                  </ActionList.LeadingVisual>
                  Transfer issue
                </ActionList.Item>
              </>
            )}
          </ActionList>
        </ActionMenu.Overlay>
      </ActionMenu>
      {dialog === 'lock' && <LockDialog subject={subject} onClose={close} />}
      {dialog === 'transfer' && <TransferDialog subject={subject} onClose={close} />}
    </>
  )
}
