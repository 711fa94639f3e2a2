import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { ApiToken, ApiTokenRequest, CreatedApiToken } from '../../../contract/identity.ts'
import { coded } from '../../errors.ts'
import { createApiToken, listApiTokens, revokeApiToken } from '../../store/api-tokens.ts'
import { appendAudit } from '../../store/audit.ts'
import type { HttpDeps } from '../deps.ts'
import { presentApiToken } from '../present-identity.ts'
import type { Routes } from '../route-access.ts'

const tags = ['tokens']
const dayMs = 86_400_000

/** API tokens for a person's own scripts; what they can do is what the person can, within their scopes. */
export function tokensRoutes({ store, clock, events }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/tokens',
      {
        config: { access: 'read' },
        schema: { tags, summary: 'Your API tokens', response: { 200: Type.Array(ApiToken) } },
      },
      async ({ viewer }) => (await listApiTokens(store.read, viewer.userId)).map(presentApiToken),
    )

    app.post(
      '/tokens',
      {
        config: { access: 'admin', role: 'viewer' },
        schema: {
          tags,
          summary: 'Make an API token',
          description: 'The answer is the only place where the token is ever shown.',
          body: ApiTokenRequest,
          response: { 201: CreatedApiToken },
        },
      },
      async ({ body, viewer, ip }, reply) => {
        const { name, scopes, expires_in_days: days } = body
        const { row, token } = await store.write(async (tx) => {
          const now = clock()
          const expiresAt = days === undefined ? null : now + days * dayMs
          const created = await createApiToken(tx, { userId: viewer.userId, name, scopes, expiresAt, now })
          const detail = { name, scopes }
          await appendAudit(tx, {
            at: now,
            actor: viewer.login,
            action: 'token.created',
            target: created.row.id,
            ip,
            detail,
          })
          return created
        })
        return reply.code(201).send({ ...presentApiToken(row), token })
      },
    )

    app.delete(
      '/tokens/:id',
      {
        config: { access: 'admin', role: 'viewer' },
        schema: {
          tags,
          summary: 'Revoke an API token',
          params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
          response: { 204: Type.Null(), 404: Problem },
        },
      },
      async ({ params, viewer, ip }, reply) => {
        await store.write(async (tx) => {
          const now = clock()
          if (!(await revokeApiToken(tx, { id: params.id, userId: viewer.userId, now }))) {
            throw coded('not_found', 'You have no such token.')
          }
          await appendAudit(tx, {
            at: now,
            actor: viewer.login,
            action: 'token.revoked',
            target: params.id,
            ip,
          })
        })
        events.emit('token.revoked', { tokenId: params.id })
        return reply.code(204).send(null)
      },
    )
  }
}
