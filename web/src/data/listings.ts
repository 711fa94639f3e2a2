import { type Face, faces } from '../../../contract/faces.ts'
import type { Change } from '../../../contract/live.ts'
import type { Delivery, Issue, PullRequest, Repository } from '../../../contract/mirror.ts'
import { plainFaces } from '../../../contract/plain-faces.ts'
import type { Listing } from './list-cache.ts'

export const repositories: Listing<Repository> = {
  resource: 'repositories',
  identity: ({ id }) => id,
  rank: ({ name }) => name,
}

/** Lists of mirrored kinds, as their contract describes them: of those with a state the open ones, as on GitHub. */
export function listingOf<Item>({ list, state, labels, ...face }: Face<Item>): Listing<Item> {
  return {
    resource: list,
    ...face,
    defaults: state && { state: 'open' },
    fits: {
      ...(state && { state: (item: Item, asked: unknown) => asked === 'all' || state(item) === asked }),
      ...(labels && {
        labels: (item: Item, names: unknown) =>
          String(names)
            .toLowerCase()
            .split(',')
            .every((name) => labels(item).some((label) => label.toLowerCase() === name)),
      }),
    },
  }
}

export const branches = listingOf(faces.branch)
export const issues = listingOf<Issue>(faces.issue)
export const pullRequests = listingOf<PullRequest>(faces.pull_request)
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
  fits: { topic: (change, topic) => change.topic === topic },
}

export const deliveries: Listing<Delivery> = {
  resource: 'deliveries',
  identity: ({ id }) => id,
  rank: ({ received_at }) => received_at,
  fits: {
    state: (delivery, state) => delivery.state === state,
    event: (delivery, event) => delivery.event === event,
    repository: (delivery, repository) => delivery.repository === repository,
    number: (delivery, number) => delivery.number === number,
  },
}
