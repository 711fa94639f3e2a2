import { type Static, Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { Secret, ValueRequest, Variable } from '../../../contract/secrets.ts'
import { hasRole, holds, type Viewer } from '../../domain/access.ts'
import { refuseValueName } from '../../domain/value-names.ts'
import { coded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import type { Db } from '../../store/store.ts'
import {
  countValues,
  listSecrets,
  listVariables,
  removeValue,
  saveSecret,
  saveVariable,
  type ValueScope,
} from '../../store/workflow-values.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryFilter, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['secrets and variables']
const Query = Type.Object({ repository: RepositoryFilter })
const Params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) })
const whose = 'Without `repository` those of the whole hub.'

/** GitHub's limits are 100 secrets and 500 variables of a repository; one number is easier to remember. */
const mostOfScope = 500

type Table = 'secrets' | 'variables'
interface Asked {
  viewer: Viewer
  query: Static<typeof Query>
}

/** What workflows read as `secrets` and `vars`: set and taken away here, and of secrets never read again. */
export function secretsRoutes({ store, clock, sealer }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/secrets',
      {
        config: { access: 'read', role: 'member' },
        schema: {
          ...{ tags, summary: 'Names of secrets', description: whose, querystring: Query },
          response: { 200: Type.Array(Secret), 403: Problem, 404: Problem },
        },
      },
      async (request) => listSecrets(store.read, (await readScope(request)).scope),
    )

    app.get(
      '/variables',
      {
        config: { access: 'read', role: 'member' },
        schema: {
          ...{ tags, summary: 'Variables', description: whose, querystring: Query },
          response: { 200: Type.Array(Variable), 403: Problem, 404: Problem },
        },
      },
      async (request) => listVariables(store.read, (await readScope(request)).scope),
    )

    for (const table of ['secrets', 'variables'] as const) {
      const noun = table === 'secrets' ? 'secret' : 'variable'
      app.put(
        `/${table}/:name`,
        {
          config: { access: 'admin', role: 'member' },
          schema: {
            ...{ tags, summary: `Set a ${noun}`, params: Params, querystring: Query, body: ValueRequest },
            description: `${whose} Those the hub’s owners set, those of a repository its admins.`,
            response: { 204: Type.Null(), 400: Problem, 403: Problem, 404: Problem, 409: Problem },
          },
        },
        async (request, reply) => {
          const { scope, target } = await writeScope(request)
          const name = nameOf(request.params)
          await store.write(async (tx) => {
            const now = clock()
            const value = { scope, name, value: request.body.value, by: request.viewer.login, now }
            if (table === 'secrets') await saveSecret(tx, sealer, value)
            else await saveVariable(tx, value)
            await refuseTooMany(tx, table, scope)
            await appendAudit(tx, {
              ...{ at: now, actor: request.viewer.login, ip: request.ip },
              ...{ action: `${noun}.changed`, target: `${target}${name}` },
            })
          })
          return reply.code(204).send(null)
        },
      )

      app.delete(
        `/${table}/:name`,
        {
          config: { access: 'admin', role: 'member' },
          schema: {
            ...{ tags, summary: `Delete a ${noun}`, description: whose, params: Params, querystring: Query },
            response: { 204: Type.Null(), 403: Problem, 404: Problem },
          },
        },
        async (request, reply) => {
          const { scope, target } = await writeScope(request)
          const name = request.params.name.toUpperCase()
          await store.write(async (tx) => {
            if (!(await removeValue(tx, table, { scope, name }))) {
              throw coded('not_found', `There is no ${noun} ${name}.`)
            }
            await appendAudit(tx, {
              ...{ at: clock(), actor: request.viewer.login, ip: request.ip },
              ...{ action: `${noun}.deleted`, target: `${target}${name}` },
            })
          })
          return reply.code(204).send(null)
        },
      )
    }
  }

  /** What is asked about, for who may write workflows that read it. */
  async function readScope({ viewer, query }: Asked): Promise<{ scope: ValueScope }> {
    if (query.repository === undefined) return { scope: null }
    const { id, permission, full_name } = await readableRepository(store.read, viewer, query.repository)
    if (!holds(permission, 'write'))
      throw coded('forbidden', `This needs the right to write to ${full_name}.`)
    return { scope: id }
  }

  /** The same for who may change it; `target`: how the audit names what belongs to it. */
  async function writeScope({ viewer, query }: Asked): Promise<{ scope: ValueScope; target: string }> {
    if (query.repository === undefined) {
      if (!hasRole(viewer.role, 'owner')) throw coded('forbidden', 'Only owners of the hub change this.')
      return { scope: null, target: '' }
    }
    const { id, permission, full_name } = await readableRepository(store.read, viewer, query.repository)
    if (permission !== 'admin') throw coded('forbidden', `Only admins of ${full_name} change this.`)
    return { scope: id, target: `${full_name}/` }
  }
}

function nameOf({ name }: Static<typeof Params>): string {
  const refusal = refuseValueName(name)
  if (refusal) throw coded('invalid_request', refusal)
  return name.toUpperCase()
}

async function refuseTooMany(tx: Db, table: Table, scope: ValueScope): Promise<void> {
  if ((await countValues(tx, table, scope)) <= mostOfScope) return
  throw coded('conflict', `There are ${mostOfScope} ${table} already: delete some that nothing reads.`)
}
