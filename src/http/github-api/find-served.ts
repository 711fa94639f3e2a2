import { served } from './served/index.ts'
import type { Served } from './served.ts'

/** A read that is served, and what its address names. */
export interface FoundServed {
  route: Served
  params: Record<string, string>
}

interface Pattern {
  route: Served
  parts: readonly string[]
}

/** By how an address begins: most are of a repository, and those differ first in the part behind its name. */
const byBeginning = new Map<string, Pattern[]>()
for (const route of served) {
  const parts = route.path.split('/')
  const key = beginningOf(parts)
  byBeginning.set(key, [...(byBeginning.get(key) ?? []), { route, parts }])
}

// What stands in an address counts before what it may stand for.
const namesIn = ({ parts }: Pattern) => parts.filter((part) => part.startsWith(':')).length
for (const patterns of byBeginning.values()) patterns.sort((a, b) => namesIn(a) - namesIn(b))

function beginningOf(parts: readonly string[]): string {
  return parts[0] === 'repos' ? `repos ${parts[3] ?? ''}` : (parts[0] ?? '')
}

/** Which served read an address asks for: its path below the API, without a slash at its ends. */
export function findServed(path: string): FoundServed | null {
  const parts = path.split('/')
  for (const { route, parts: pattern } of byBeginning.get(beginningOf(parts)) ?? []) {
    const params = match(pattern, parts)
    if (params) return { route, params }
  }
  return null
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  const more = parts.length - pattern.length
  if (more < 0) return null
  let at = 0
  for (const piece of pattern) {
    const takes = piece.endsWith('+') ? 1 + more : 1
    const found = parts.slice(at, at + takes).join('/')
    at += takes
    if (!piece.startsWith(':')) {
      if (piece !== found) return null
      continue
    }
    const value = decoded(found)
    if (!value) return null
    params[piece.replace(/^:|\+$/g, '')] = value
  }
  return at === parts.length ? params : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
