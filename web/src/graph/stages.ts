/** What the drawing needs to know of a job; a definition, a live run and GitHub's own Actions all have it. */
export interface Needy {
  id: string
  needs: readonly string[]
  /** The job that it is a part of: both stand on one card. */
  parent?: string | undefined
}

/** One card of the graph: jobs that wait for the same and are waited for by the same, or one job and its parts. */
export interface Stage {
  id: string
  column: number
  jobs: readonly string[]
}

/** What a drawing shows of who waits for whom: cards in columns, and one edge between two cards. */
export interface Stages {
  stages: readonly Stage[]
  edges: readonly { from: string; to: string }[]
}

/**
 * Folds jobs into cards as GitHub's own graph does: the column is the longest way from a job that needs nothing,
 * and jobs with the same needs and the same dependents share a card. An edge that longer ways already imply is left
 * out. Needs that name no job, and needs that close a circle (a half-typed definition has both), count as absent.
 */
export function stagesOf(all: readonly Needy[]): Stages {
  const jobs = all.filter(({ parent }) => parent === undefined)
  const wholes = new Set(all.map(({ parent }) => parent))
  const needs = soundNeeds(jobs)
  const columns = new Map<string, number>()
  const ancestors = new Map<string, Set<string>>()
  for (const id of inOrder(needs)) {
    const direct = needs.get(id)!
    columns.set(id, Math.max(-1, ...direct.map((need) => columns.get(need)!)) + 1)
    ancestors.set(id, new Set(direct.flatMap((need) => [need, ...ancestors.get(need)!])))
  }
  const dependents = new Map<string, string[]>(jobs.map((job) => [job.id, []]))
  for (const [id, direct] of needs) {
    const shown = direct.filter((need) => !direct.some((other) => ancestors.get(other)!.has(need)))
    needs.set(id, shown)
    for (const need of shown) dependents.get(need)!.push(id)
  }
  const byKey = new Map<string, Stage & { jobs: string[] }>()
  const stageOf = new Map<string, Stage>()
  for (const id of needs.keys()) {
    const alone = wholes.has(id) ? id : null
    const key = JSON.stringify([[...needs.get(id)!].sort(), [...dependents.get(id)!].sort(), alone])
    const stage = byKey.get(key) ?? { id, column: columns.get(id)!, jobs: [] }
    stage.jobs.push(id)
    byKey.set(key, stage)
    stageOf.set(id, stage)
  }
  const stages = [...byKey.values()]
  for (const stage of stages) stage.jobs = withPartsOf(stage.jobs, all)
  const edges = stages.flatMap((stage) => {
    const sources = new Set(needs.get(stage.id)!.map((need) => stageOf.get(need)!.id))
    return [...sources].map((from) => ({ from, to: stage.id }))
  })
  return { stages, edges }
}

/** The jobs of a card, each followed by its parts. */
function withPartsOf(ids: readonly string[], all: readonly Needy[]): string[] {
  if (all.every(({ parent }) => parent === undefined)) return [...ids]
  return ids.flatMap((id) => {
    const parts = all.filter(({ parent }) => parent === id).map((part) => part.id)
    return [id, ...withPartsOf(parts, all)]
  })
}

/** The needs that can be drawn: of known jobs, once each, and without the ones that close a circle. */
function soundNeeds(jobs: readonly Needy[]): Map<string, string[]> {
  const given = new Map(jobs.map((job) => [job.id, job.needs]))
  const sound = new Map<string, string[]>(jobs.map((job) => [job.id, []]))
  const state = new Map<string, 'open' | 'done'>()
  const visit = (id: string) => {
    state.set(id, 'open')
    for (const need of new Set(given.get(id))) {
      if (!given.has(need) || state.get(need) === 'open') continue
      if (!state.has(need)) visit(need)
      sound.get(id)!.push(need)
    }
    state.set(id, 'done')
  }
  for (const id of given.keys()) if (!state.has(id)) visit(id)
  return sound
}

/** Every job after all that it needs, otherwise in the order of the definition. */
function inOrder(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>()
  const visit = (id: string) => {
    if (seen.has(id)) return
    for (const need of needs.get(id)!) visit(need)
    seen.add(id)
  }
  for (const id of needs.keys()) visit(id)
  return [...seen]
}
