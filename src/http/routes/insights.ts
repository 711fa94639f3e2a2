import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { Insights } from '../../../contract/insights.ts'
import type { Viewer } from '../../domain/access.ts'
import type { History } from '../../domain/insights/history.ts'
import { dayMs, earliestOf, type Stretch, stretchOf, summarise } from '../../domain/insights/summarise.ts'
import { coded } from '../../errors.ts'
import { listDeployed, listEndedRuns, listMerged, listOfTeam, nameReadable } from '../../store/insights.ts'
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
    const key = `${userId} ${stretch.days} ${stretch.since}`
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

  /** The repositories that are asked for; undefined: all that the viewer may read. */
  async function chosen(
    viewer: Viewer,
    { repository, team }: { repository?: string | undefined; team?: string | undefined },
  ): Promise<ReadonlySet<number> | undefined> {
    const one = repository === undefined ? undefined : (await readableRepository(read, viewer, repository)).id
    if (team === undefined) return one === undefined ? undefined : new Set([one])
    const ids = await listOfTeam(read, { userId: viewer.userId, team })
    if (ids.length === 0) throw coded('not_found', `There is no team ${team} that you may see.`)
    return new Set(one === undefined ? ids : ids.filter((id) => id === one))
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
            'Of every repository that the viewer may read, of one, or of those of a team. Each measure: `docs/insights.md`.',
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
            team: Type.Optional(
              Type.String({
                maxLength: 201,
                pattern: '^[^/]+/[^/]+$',
                description:
                  'Only of the repositories of this team, as `owner/slug`, where you may write to them',
              }),
            ),
            until: Type.Optional(
              Type.String({ format: 'date', description: 'The last day, UTC; today where it is not said' }),
            ),
          }),
          response: { 200: Insights, 404: Problem },
        },
      },
      async ({ query: { days = 30, repository, team, until }, viewer }) => {
        const only = await chosen(viewer, { repository, team })
        const now = clock()
        // The end of that day, but nothing that is still to come.
        const stretch = stretchOf(
          until === undefined ? now : Math.min(now, Date.parse(until) + dayMs - 1),
          days,
        )
        const [history, names] = await Promise.all([
          historyFor(viewer.userId, stretch),
          nameReadable(read, viewer.userId),
        ])
        return summarise(only ? ofRepositories(history, only) : history, stretch, (id) => names.get(id))
      },
    )
  }
}

function ofRepositories({ merged, runs, deployed }: History, ids: ReadonlySet<number>): History {
  const isOf = ({ repository_id }: { repository_id: number }) => ids.has(repository_id)
  return { merged: merged.filter(isOf), runs: runs.filter(isOf), deployed: deployed.filter(isOf) }
}
