import { refuseTarget } from '../domain/access.ts'
import { isRefusal } from '../domain/effects.ts'
import { stepDefinition, workflowOf } from '../domain/workflow/run-jobs.ts'
import { namedRepository } from '../domain/workflow/targets.ts'
import { coded } from '../errors.ts'
import { findTarget } from '../store/access.ts'
import { forgetEffects, recordEffects } from '../store/effects.ts'
import { touchRepository } from '../store/run-audience.ts'
import type { Store } from '../store/store.ts'
import type { LoadedRun } from './load-run.ts'
import type { Authorize } from './step.ts'
import type { GithubActor, GithubActorOf } from './steps/github-actor.ts'

/**
 * How the steps of one place of a workflow get at GitHub: the hub judges by itself whether this run may act there, notes
 * that the run touches the repository, and only then hands out the maker's client, for this repository alone.
 */
export function authorizeFor(
  run: LoadedRun,
  place: { job: string; step: string },
  { store, github, clock }: { store: Store; github: GithubActorOf; clock: () => number },
): Authorize {
  return async (asked, right) => {
    const { row } = run
    const found = await findTarget(store.read, {
      fullName: asked,
      maker: row.maker,
      startedBy: row.started_by,
    })
    const refusal = refuseTarget({
      repository: asked,
      right,
      byPerson: row.started_by !== null,
      named: found?.repository.id === row.repository_id || isNamed(run, place, asked),
      maker: found?.maker ?? null,
      starter: found?.starter ?? null,
    })
    if (refusal || !found) throw coded('forbidden', refusal?.message ?? `There is no repository ${asked}.`)
    const { id, owner, name } = found.repository
    if (!row.repositories.includes(id)) {
      await store.write((tx) => touchRepository(tx, { runId: row.id, repositoryId: id }))
      // The next entry of the journal is only for those who may read this repository too.
      row.repositories = [...new Set([...row.repositories, id])]
    }
    const actor = await github(row.maker)
    const request: GithubActor['request'] = (route, parameters, signal) =>
      actor.request(route, { ...parameters, owner, repo: name }, signal)
    return {
      read: request,
      async act(route, parameters, { signal, effects }) {
        const noted = await store.write((tx) =>
          recordEffects(tx, {
            ...{ effects, step: `${place.job}/${place.step}`, recorded_at: clock() },
            ...{ run_id: row.id, workflow_id: row.workflow_id, depth: row.cause_depth, repository_id: id },
          }),
        )
        try {
          return await request(route, parameters, signal)
        } catch (error) {
          if (isRefusal(error)) await store.write((tx) => forgetEffects(tx, noted))
          throw error
        }
      },
    }
  }
}

function isNamed(run: LoadedRun, place: { job: string; step: string }, asked: string): boolean {
  const { job, step } = stepDefinition(run, place)
  return namedRepository(workflowOf(run, job), job, step)?.toLowerCase() === asked.toLowerCase()
}
