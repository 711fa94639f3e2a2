import type { Change } from '../../../contract/live.ts'
import { type Delivery, type Face, faces, plainFaces, type Repository } from '../../../contract/mirror.ts'
import type { Listing } from './list-cache.ts'

export const repositories: Listing<Repository> = {
  resource: 'repositories',
  identity: ({ id }) => id,
  rank: ({ name }) => name,
}

/** Lists of mirrored kinds, as their contract describes them. */
export function listingOf<Item>({ list, ...face }: Face<Item>): Listing<Item> {
  return { resource: list, ...face }
}

export const branches = listingOf(faces.branch)
export const commits = listingOf(faces.commit)

/** The face of a kind by its name; undefined for what is no mirrored kind. */
export function faceOf(kind: string): Face<object> | undefined {
  const known: Record<string, Face<never>> = { ...faces, ...plainFaces }
  return known[kind] as Face<object> | undefined
}

export const changes: Listing<Change> = {
  resource: 'changes',
  identity: ({ seq }) => seq,
  rank: ({ seq }) => seq,
}

export const deliveries: Listing<Delivery> = {
  resource: 'deliveries',
  identity: ({ id }) => id,
  rank: ({ received_at }) => received_at,
}
