import { Label } from '@primer/react'
import type { Delivery } from '../../../contract/mirror.ts'

const looks = {
  pending: { variant: 'attention', word: 'Pending', title: 'Stored; waits to be applied' },
  applied: { variant: 'success', word: 'Applied', title: 'Applied to what pages show' },
  stored: { variant: 'secondary', word: 'Stored', title: 'Kept; nothing that pages show depends on it' },
  failed: { variant: 'danger', word: 'Failed', title: 'Could not be applied; it stays stored' },
} as const

/** How far a delivery has come. */
export function DeliveryState({ delivery }: { delivery: Delivery }) {
  const { variant, word, title } = looks[delivery.state]
  if (delivery.repeat_of !== null) {
    return (
      <Label variant="attention" title={`Has the same body as ${delivery.repeat_of}; started no run`}>
        Repeat
      </Label>
    )
  }
  return (
    <Label variant={variant} title={title}>
      {word}
    </Label>
  )
}
