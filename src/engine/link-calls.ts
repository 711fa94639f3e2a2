import type { CalledVersion } from '../../contract/run.ts'
import type { JobDefinition, WorkflowDefinition } from '../domain/workflow/definition.ts'
import { calledName } from '../domain/workflow/parse-call.ts'
import type { Db } from '../store/store.ts'
import { findCallable } from '../store/workflows.ts'

/** The workflows that a run calls, by what `uses` says. */
export type Calls = Readonly<Record<string, CalledVersion>>

type Read = (db: Db, version: CalledVersion) => Promise<WorkflowDefinition>

/** As with GitHub: the first and nine that are called one by the other. */
const maxLevels = 10
/** Of one run, called where and however often. */
const maxWorkflows = 50

function callsOf({ jobs }: WorkflowDefinition): string[] {
  return [...new Set(jobs.flatMap(({ call }) => (call ? [call.uses] : [])))]
}

/**
 * Finds the workflows that a run will call, themselves and behind others, as they are now: the only one of that name that
 * is its maker's own and switched on. A stranger's would act with the maker's rights, whatever it becomes. Left out is what
 * calls itself, directly or behind others. undefined: it calls none.
 */
export async function findCalls(
  db: Db,
  { id, definition, maker }: { id: string; definition: WorkflowDefinition; maker: string },
  read: Read,
): Promise<Calls | undefined> {
  const calls: Record<string, CalledVersion> = {}
  const behind = new Map<string, readonly string[]>()
  let level = callsOf(definition)
  if (level.length === 0) return undefined
  for (let depth = 1; depth < maxLevels && level.length > 0; depth++) {
    const next: string[] = []
    for (const uses of level) {
      if (behind.has(uses) || behind.size >= maxWorkflows) continue
      behind.set(uses, [])
      const name = calledName(uses)
      const version = name === undefined ? undefined : await findCallable(db, { name, maker })
      if (!version || version.id === id) continue
      calls[uses] = version
      behind.set(uses, callsOf(await read(db, version)))
      next.push(...behind.get(uses)!)
    }
    level = next
  }
  for (const uses of Object.keys(calls)) if (reaches(behind, uses, calls)) delete calls[uses]
  return calls
}

/** Whether a workflow calls itself, by this name or another. */
function reaches(behind: ReadonlyMap<string, readonly string[]>, from: string, calls: Calls): boolean {
  const seen = new Set<string>()
  const visit = (uses: string): boolean =>
    (behind.get(uses) ?? []).some((next) => {
      if (next === from || (calls[from] && calls[next]?.id === calls[from].id)) return true
      if (seen.has(next)) return false
      seen.add(next)
      return visit(next)
    })
  return visit(from)
}

/** A definition with the workflows that it calls in it, ten levels deep at most; what was not found stays without. */
export async function linkCalls(
  db: Db,
  { definition, calls }: { definition: WorkflowDefinition; calls: Calls | undefined },
  read: Read,
): Promise<WorkflowDefinition> {
  if (!calls) return definition
  // Called from many places it is linked once for each level: else their number would multiply.
  const linked = new Map<string, WorkflowDefinition>()
  const link = async (within: WorkflowDefinition, depth: number): Promise<WorkflowDefinition> => {
    if (callsOf(within).length === 0) return within
    const jobs: JobDefinition[] = []
    for (const job of within.jobs) {
      const { call } = job
      const version = call && depth + 1 < maxLevels ? calls[call.uses] : undefined
      if (!call || !version) {
        jobs.push(job)
        continue
      }
      const key = `${depth} ${version.id}`
      const workflow = linked.get(key) ?? (await link(await read(db, version), depth + 1))
      linked.set(key, workflow)
      jobs.push({ ...job, call: { ...call, workflow } })
    }
    return { ...within, jobs }
  }
  return await link(definition, 0)
}
