import { createMasks } from '../domain/masks.ts'
import { grantSecrets } from '../domain/may-have-secrets.ts'
import { noValues, type RunValues, valuesReadBy } from '../domain/workflow/run-values.ts'
import { findTarget } from '../store/access.ts'
import type { Sealer } from '../store/sealing.ts'
import type { Db } from '../store/store.ts'
import { findUser } from '../store/users.ts'
import { readSecrets, readVariables, type ValueScope } from '../store/workflow-values.ts'
import type { LoadedRun } from './load-run.ts'

/** Reads what a run is told, as its maker's and its starter's rights are now. */
export type ReadValues = (db: Db, run: LoadedRun) => Promise<RunValues>

/** Without a `sealer` there are no secrets. */
export function createReadValues(sealer: Sealer | undefined): ReadValues {
  return async (db, run) => {
    const read = valuesReadBy(run.definition)
    if (!read.vars && !read.secrets) return noValues
    const { repository_id } = run.row
    const scopes: ValueScope[] = repository_id === null ? [null] : [null, repository_id]
    const vars = read.vars ? await readVariables(db, scopes) : {}
    if (!read.secrets || !sealer) return { ...noValues, vars }
    const granted = await grantedScopes(db, run)
    const secrets = await readSecrets(db, sealer, granted)
    const values = Object.values(secrets)
    return { vars, secrets, masks: values.length > 0 ? createMasks(values) : null }
  }
}

async function grantedScopes(db: Db, { row, github }: LoadedRun): Promise<ValueScope[]> {
  const { maker, started_by, repository_id } = row
  const [person, target] = await Promise.all([
    findUser(db, maker),
    github.repository === ''
      ? undefined
      : findTarget(db, { fullName: github.repository, maker, startedBy: started_by }),
  ])
  // A repository that took over a name is not the one that the run is of.
  const rights = target?.repository.id === repository_id ? target : undefined
  const grant = grantSecrets({
    makerRole: person && person.disabled_at === null ? person.role : null,
    maker: rights?.maker ?? null,
    starter: rights?.starter ?? null,
    byPerson: started_by !== null,
    event: github.event_name,
    payload: github.event,
  })
  return [...(grant.hub ? [null] : []), ...(grant.repository ? [repository_id] : [])]
}
