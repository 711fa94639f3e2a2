import type { RunInputs } from '../../contract/run.ts'
import { refuseTarget } from '../domain/access.ts'
import type { WorkflowDefinition } from '../domain/workflow/definition.ts'
import type { GithubContext } from '../domain/workflow/github-context.ts'
import { knownTargets } from '../domain/workflow/targets.ts'
import { coded } from '../errors.ts'
import { findTarget } from '../store/access.ts'
import { findRepository } from '../store/repositories.ts'
import type { Db } from '../store/store.ts'
import type { LoadedRun } from './load-run.ts'

/** What a person starts, stops or runs again. */
interface Asked {
  /** Who wrote the version that runs. */
  maker: string
  /** User id of the person. */
  by: string
  definition: WorkflowDefinition
  github: GithubContext
  inputs: RunInputs
  /** Ids of what the run, or an earlier attempt of it, has touched already. */
  touched: readonly number[]
}

/**
 * Requires that a person, and the maker with them, may write to every repository that a run may act in, as far as it
 * is known before the run picks its targets. Throws `forbidden` when the person may not, `conflict` when its maker
 * may not; both name the repository.
 */
export async function requireTargets(tx: Db, asked: Asked): Promise<void> {
  const { maker, by, definition, github, inputs, touched } = asked
  const names = new Set(knownTargets(definition, { github, inputs }))
  if (github.repository) names.add(github.repository)
  for (const id of touched) {
    const repository = await findRepository(tx, id)
    if (repository) names.add(repository.full_name)
  }
  for (const fullName of names) {
    const found = await findTarget(tx, { fullName, maker, startedBy: by })
    const refusal = refuseTarget({
      repository: fullName,
      right: 'write',
      byPerson: true,
      named: true,
      maker: found?.maker ?? null,
      starter: found?.starter ?? null,
    })
    if (refusal) throw coded(refusal.lacks === 'maker' ? 'conflict' : 'forbidden', refusal.message)
  }
}

/** Requires that a person may stop a run: its maker and who started it always, others as if they started it. */
export async function requireControl(db: Db, run: LoadedRun, by: string): Promise<void> {
  const { maker, started_by } = run.row
  if (by !== maker && by !== started_by) await requireTargets(db, { ...told(run), maker: by, by })
}

/** Requires that a person may run a run again: as if they started it, and where it has been already. */
export async function requireRerun(db: Db, run: LoadedRun, by: string): Promise<void> {
  await requireTargets(db, { ...told(run), maker: run.row.maker, by })
}

function told({ row, definition, github, state }: LoadedRun) {
  return { definition, github, inputs: state.inputs, touched: row.repositories }
}
