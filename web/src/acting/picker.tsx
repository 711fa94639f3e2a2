import { GearIcon } from '@primer/octicons-react'
import { IconButton, SelectPanel } from '@primer/react'
import { type ElementType, useState } from 'react'

export interface Option {
  id: string
  text: string
  description?: string
  visual?: ElementType
}

/** A button that opens a list to pick from, filtered by what is typed; what was picked is told when it closes. */
export function Picker({
  title,
  options,
  loading,
  chosen,
  single = false,
  onOpen,
  onPick,
}: {
  /** As in "Labels". */
  title: string
  options: readonly Option[]
  loading: boolean
  chosen: readonly string[]
  single?: boolean
  /** It opens: what can be picked may have changed. */
  onOpen: () => void
  onPick: (next: readonly string[]) => void
}) {
  const [picked, setPicked] = useState<readonly string[] | null>(null)
  const [filter, setFilter] = useState('')
  const items = options
    .filter(({ text }) => text.toLowerCase().includes(filter.toLowerCase()))
    .map(({ id, text, description, visual }) => ({
      id,
      text,
      ...(description && { description, descriptionVariant: 'block' as const }),
      ...(visual && { leadingVisual: visual }),
    }))
  const now = picked ?? chosen
  const idOf = (item: object) => String((item as { id?: string | number }).id)
  const begin = () => {
    setPicked(chosen)
    onOpen()
  }
  const close = () => {
    setFilter('')
    setPicked(null)
    if (picked && !isSame(picked, chosen)) onPick(picked)
  }
  const shared = {
    title,
    open: picked !== null,
    onOpenChange: (open: boolean) => (open ? begin() : close()),
    renderAnchor: (props: object) => (
      <IconButton
        {...props}
        icon={GearIcon}
        size="small"
        variant="invisible"
        aria-label={`Change ${title.toLowerCase()}`}
        aria-labelledby={undefined}
      />
    ),
    placeholderText: `Filter ${title.toLowerCase()}`,
    inputLabel: `Filter ${title.toLowerCase()}`,
    items,
    loading,
    filterValue: filter,
    onFilterChange: setFilter,
    overlayProps: { width: 'small', height: 'auto', maxHeight: 'medium' } as const,
    ...(items.length === 0 &&
      !loading && {
        message: { variant: 'empty' as const, title: 'Nothing to pick', body: 'Nothing here has this name.' },
      }),
  }
  if (single) {
    return (
      <SelectPanel
        {...shared}
        selected={items.find((item) => now.includes(item.id))}
        onSelectedChange={(item: object | undefined) => setPicked(item ? [idOf(item)] : [])}
      />
    )
  }
  return (
    <SelectPanel
      {...shared}
      selected={items.filter((item) => now.includes(item.id))}
      onSelectedChange={(chosenItems: object[]) => {
        // What the filter hides stays picked.
        const shown = new Set(items.map(({ id }) => id))
        setPicked([...now.filter((id) => !shown.has(id)), ...chosenItems.map(idOf)])
      }}
    />
  )
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id))
}
