import { type Act, mayAct } from '../../contract/acts/act.ts'
import type { Repository } from '../../contract/mirror.ts'

/** Why a person may not do an act in a repository; null: as far as the hub knows they may. */
export function refuseAct(
  act: Act,
  about: {
    permission: Repository['permission']
    archived: boolean
    login: string
    /** Login of who made what the act is about. */
    author: string | null
    fields: readonly string[]
  },
): string | null {
  if (about.archived) return 'The repository is archived: nothing in it can be changed.'
  const isAuthor = about.author !== null && about.author.toLowerCase() === about.login.toLowerCase()
  if (mayAct(act, { ...about, isAuthor })) return null
  return `This needs the right "${act.right}" in the repository; GitHub says that yours is "${about.permission}".`
}
