import { appendAudit } from '../store/audit.ts'
import { createSignInLink } from '../store/tickets.ts'
import { listUsers, updateUser } from '../store/users.ts'
import { noMore, oneOf, print, required, type Values, WrongUse } from './arguments.ts'
import { userOf, withData } from './open-data.ts'

/** `cldcde user list | role | sign-in-link` */
export async function runUserCommand([verb, ...rest]: string[], values: Values): Promise<void> {
  noMore(rest)
  switch (verb) {
    case 'list':
      return withData(values, async ({ store }) => {
        const { items: users } = await listUsers(store.read, { limit: 10_000 })
        const rows = users.map(({ id, login, name, role, disabled_at, github }) => ({
          id,
          login,
          name,
          role,
          github,
          disabled: disabled_at !== null,
        }))
        const lines = rows.map(
          ({ login, role, disabled }) => `${login}  ${role}${disabled ? '  (disabled)' : ''}`,
        )
        print(values, rows, lines.join('\n') || 'Nobody has signed in yet.')
      })
    case 'role': {
      const role = oneOf('role', required(values, 'role'), ['viewer', 'member', 'maintainer', 'owner'])
      return withData(values, async (data) => {
        const user = await userOf(data, values.login)
        await data.store.write(async (tx) => {
          await updateUser(tx, user.id, { role })
          await appendAudit(tx, {
            at: Date.now(),
            actor: null,
            action: 'user.role',
            target: user.login,
            detail: { from: user.role, to: role, by: 'command line' },
          })
        })
        print(values, { login: user.login, role }, `${user.login} is ${role} now.`)
      })
    }
    case 'sign-in-link':
      return withData(values, async (data) => {
        const user = await userOf(data, values.login)
        const link = await data.store.write((tx) =>
          createSignInLink(tx, { userId: user.id, publicUrl: data.url, now: Date.now() }),
        )
        print(values, { url: link }, link)
      })
    default:
      throw new WrongUse('user knows: list, role, sign-in-link.')
  }
}
