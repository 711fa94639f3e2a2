import { useCallback, useState } from 'react'
import type { PullFile } from '../../../../contract/pull-files.ts'
import type { Subject } from '../../data/acts.ts'

const keyOf = ({ fullName, number }: Subject) => `viewed ${fullName}#${number}`
const markOf = ({ filename, sha }: PullFile) => `${filename} ${sha}`

/** Which files somebody has looked at, in this browser: a mark is of the file as it was, so what changes loses it. */
export function useViewed(subject: Subject): {
  isViewed: (file: PullFile) => boolean
  toggle: (file: PullFile) => void
} {
  const key = keyOf(subject)
  const [marks, setMarks] = useState<ReadonlySet<string>>(() => new Set(read(key)))
  const isViewed = useCallback((file: PullFile) => marks.has(markOf(file)), [marks])
  return {
    isViewed,
    toggle(file) {
      const next = new Set(marks)
      if (!next.delete(markOf(file))) next.add(markOf(file))
      setMarks(next)
      keep(key, [...next])
    },
  }
}

function read(key: string): string[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as string[]
  } catch {
    return []
  }
}

function keep(key: string, marks: readonly string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(marks))
  } catch {
    // Storage may be closed or full: the marks then last as long as the page.
  }
}
