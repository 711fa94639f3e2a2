import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { Insights } from '../../../contract/insights.ts'
import type { History } from '../../domain/insights/history.ts'
import { earliestOf, type Stretch, stretchOf, summarise } from '../../domain/insights/summarise.ts'
import { listDeployed, listEndedRuns, listMerged, nameReadable } from '../../store/insights.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryFilter, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** Who looks at several pages, or at one that follows what happens, has it counted once in so long. */
const freshMs = 1_000
/** So many people's figures are kept. */
const mostKept = 200

/** How quickly and how safely the readable repositories work, computed from the mirror whenever it is asked for. */
export function insightsRoutes({ store: { read }, clock }: HttpDeps): Routes {
  const recent = new Map<string, { at: number; history: Promise<History> }>()

  function historyFor(userId: string, stretch: Stretch): Promise<History> {
    const key = `${userId} ${stretch.days}`
    const known = recent.get(key)
    if (known && clock() - known.at < freshMs) return known.history
    const history = load(userId, earliestOf(stretch))
    recent.delete(key)
    recent.set(key, { at: clock(), history })
    if (recent.size > mostKept) recent.delete(recent.keys().next().value!)
    history.catch(() => recent.delete(key))
    return history
  }

  async function load(userId: string, since: number): Promise<History> {
    const asked = { userId, since }
    const [merged, runs, deployed] = await Promise.all([
      listMerged(read, asked),
      listEndedRuns(read, asked),
      listDeployed(read, asked),
    ])
    return { merged, runs, deployed }
  }

  return async (app) => {
    app.get(
      '/insights',
      {
        config: { access: 'read' },
        schema: {
          tags: ['insights'],
          summary: 'Deployments, lead times, reviews and Actions runs, measured',
          description:
            'Of every repository that the viewer may read, or of one. Each measure: `docs/insights.md`.',
          querystring: Type.Object({
            days: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 90,
                default: 30,
                description: 'The last so many, today included',
              }),
            ),
            repository: RepositoryFilter,
          }),
          response: { 200: Insights, 404: Problem },
        },
      },
      async ({ query: { days = 30, repository }, viewer }) => {
        const only = repository === undefined ? undefined : await readableRepository(read, viewer, repository)
        const stretch = stretchOf(clock(), days)
        const [history, names] = await Promise.all([
          historyFor(viewer.userId, stretch),
          nameReadable(read, viewer.userId),
        ])
        return summarise(only ? ofRepository(history, only.id) : history, stretch, (id) => names.get(id))
      },
    )
  }
}

function ofRepository({ merged, runs, deployed }: History, id: number): History {
  const isOf = ({ repository_id }: { repository_id: number }) => repository_id === id
  return { merged: merged.filter(isOf), runs: runs.filter(isOf), deployed: deployed.filter(isOf) }
}
