import { Dialog, FormControl, Select } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reaches } from '../../../contract/acts.ts'
import type { Repository } from '../../../contract/mirror.ts'
import { type Subject, useActs } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { repositoriesQuery } from '../data/queries.ts'

interface DialogProps {
  subject: Subject
  onClose: () => void
}

const reasons = ['off-topic', 'too heated', 'resolved', 'spam'] as const

/** Locks a conversation, with GitHub's reasons. */
export function LockDialog({ subject, onClose }: DialogProps) {
  const [reason, setReason] = useState('')
  const { wish } = useActs(subject)
  const lock = () => {
    const lock_reason = reasons.find((one) => one === reason)
    onClose()
    wish({
      name: 'issue.lock',
      body: { ...(lock_reason && { lock_reason }) },
      label: `lock #${subject.number}`,
      shown: (held) => ({ ...held, locked: true }),
    })
  }
  return (
    <Dialog
      title="Lock this conversation?"
      onClose={onClose}
      footerButtons={[
        { content: 'Cancel', onClick: onClose },
        { content: 'Lock conversation', buttonType: 'danger', onClick: lock },
      ]}
    >
      <FormControl>
        <FormControl.Label>Reason</FormControl.Label>
        <Select value={reason} onChange={(event) => setReason(event.target.value)}>
          <Select.Option value="">None given</Select.Option>
          {reasons.map((one) => (
            <Select.Option key={one} value={one}>
              {one}
            </Select.Option>
          ))}
        </Select>
        <FormControl.Caption>Only those who may push can still say something.</FormControl.Caption>
      </FormControl>
    </Dialog>
  )
}

/** Moves an issue into another repository of the same owner. */
export function TransferDialog({ subject, onClose }: DialogProps) {
  const navigate = useNavigate()
  const [owner = '', repo = ''] = subject.fullName.split('/')
  const { wish } = useActs(subject)
  const all: Repository[] = itemsOf(useInfiniteQuery(repositoriesQuery({ limit: 100 })))
  const others = all.filter(
    (one) => one.owner === owner && one.name !== repo && !one.archived && reaches(one.permission, 'push'),
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const target = chosen ?? others[0]?.name ?? ''
  const move = () => {
    if (!target) return
    onClose()
    wish({
      name: 'issue.transfer',
      body: { new_repo: target },
      label: `move #${subject.number} to ${target}`,
      onDone: () =>
        void navigate({ to: '/repos/$owner/$repo/issues', params: { owner, repo: target }, replace: true }),
    })
  }
  return (
    <Dialog
      title="Transfer this issue"
      onClose={onClose}
      footerButtons={[
        { content: 'Cancel', onClick: onClose },
        { content: 'Transfer issue', buttonType: 'danger', onClick: move, disabled: !target },
      ]}
    >
      <FormControl>
        <FormControl.Label>Into</FormControl.Label>
        <Select value={target} onChange={(event) => setChosen(event.target.value)}>
          {others.map(({ name }) => (
            <Select.Option key={name} value={name}>
              {name}
            </Select.Option>
          ))}
        </Select>
        <FormControl.Caption>
          Its comments go with it; GitHub leads from the old address to the new.
        </FormControl.Caption>
      </FormControl>
    </Dialog>
  )
}
