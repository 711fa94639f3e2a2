import { deployment } from '../../../mirror/deployment.ts'
import type { Kind } from '../../../mirror/kind.ts'
import { release } from '../../../mirror/release.ts'
import { conditionsOf, numberIn } from '../filters.ts'
import { listItems, showItem } from '../list-items.ts'
import type { Served } from '../served.ts'

const releasesKind: Kind<object> = release
const deployments: Kind<object> = deployment

/**
 * What left the repository. https://docs.github.com/en/rest/releases, /deployments. Lists of releases go to GitHub: they
 * hold drafts for those who may push, and which one is the latest is set there and told nowhere.
 */
export const releases: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/releases/tags/:tag+',
    teaches: { kind: 'release' },
    inRepository: (asking) =>
      showItem(asking, releasesKind, { column: 'tag_name', value: asking.params.tag ?? null }),
  },
  {
    path: 'repos/:owner/:repo/releases/:number',
    teaches: { kind: 'release' },
    inRepository: (asking) =>
      showItem(asking, releasesKind, { column: 'id', value: numberIn(asking.params) }),
  },
  {
    path: 'repos/:owner/:repo/deployments',
    teaches: { kind: 'deployment' },
    async inRepository(asking) {
      const where = conditionsOf(asking.query, {
        ...{ sha: 'sha', ref: 'ref', task: 'task', environment: 'environment' },
      })
      if (!where) return null
      return await listItems(asking, deployments, { where, order: ['id'], direction: 'desc' })
    },
  },
  {
    path: 'repos/:owner/:repo/deployments/:number',
    teaches: { kind: 'deployment' },
    inRepository: (asking) => showItem(asking, deployments, { column: 'id', value: numberIn(asking.params) }),
  },
]
