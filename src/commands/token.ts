import { coded } from '../errors.ts'
import { createApiToken, listApiTokens, parseScopes, revokeApiToken } from '../store/api-tokens.ts'
import { appendAudit } from '../store/audit.ts'
import type { ApiTokenRow } from '../store/rows/identity.ts'
import { noMore, oneOf, print, required, type Values, WrongUse, wholeNumber } from './arguments.ts'
import { userOf, withData } from './open-data.ts'

const dayMs = 86_400_000
const isoOrNull = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** `cldcde token create | list | revoke` */
export async function runTokenCommand([verb, ...rest]: string[], values: Values): Promise<void> {
  switch (verb) {
    case 'create':
      noMore(rest)
      return createToken(values)
    case 'list':
      noMore(rest)
      return withData(values, async (data) => {
        const user = await userOf(data, values.login)
        const tokens = (await listApiTokens(data.store.read, user.id)).map(present)
        const lines = tokens.map(
          ({ id, prefix, scopes, name }) => `${id}  ${prefix}…  ${scopes.join(',')}  ${name}`,
        )
        print(values, tokens, lines.join('\n') || `${user.login} has no tokens.`)
      })
    case 'revoke':
      return revokeToken(rest, values)
    default:
      throw new WrongUse('token knows: create, list, revoke.')
  }
}

async function createToken(values: Values): Promise<void> {
  const scopes = required(values, 'scope')
    .split(',')
    .map((scope) => oneOf('scope', scope.trim(), ['read', 'write', 'admin']))
  const days = values.days === undefined ? null : wholeNumber('days', values.days, { least: 1, most: 3660 })
  await withData(values, async (data) => {
    const user = await userOf(data, values.login)
    const now = Date.now()
    const { row, token } = await data.store.write(async (tx) => {
      const created = await createApiToken(tx, {
        userId: user.id,
        name: values.name ?? 'command line',
        scopes,
        now,
        expiresAt: days === null ? null : now + days * dayMs,
      })
      await appendAudit(tx, {
        at: now,
        actor: user.login,
        action: 'token.created',
        target: created.row.id,
        detail: { scopes: created.row.scopes, by: 'command line' },
      })
      return created
    })
    print(values, { ...present(row), token, login: user.login }, token)
  })
}

async function revokeToken([id, ...more]: string[], values: Values): Promise<void> {
  noMore(more)
  if (!id) throw new WrongUse('token revoke needs the id that `token list` shows, and --login.')
  await withData(values, async (data) => {
    const user = await userOf(data, values.login)
    const gone = await data.store.write((tx) => revokeApiToken(tx, { id, userId: user.id, now: Date.now() }))
    if (!gone) throw coded('not_found', `${user.login} has no token ${id}.`)
    print(values, { revoked: id }, `Token ${id} is revoked.`)
  })
}

function present(row: ApiTokenRow) {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: parseScopes(row.scopes),
    created_at: new Date(row.created_at).toISOString(),
    last_used_at: isoOrNull(row.last_used_at),
    expires_at: isoOrNull(row.expires_at),
  }
}
