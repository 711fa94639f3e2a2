import type { Act } from '../../contract/acts/act.ts'
import { pick, pickText } from '../domain/workflow/pick.ts'
import { coded } from '../errors.ts'
import { type KindName, kinds } from '../mirror/kinds.ts'
import { findItem } from '../store/mirror.ts'
import type { Db } from '../store/store.ts'

/** What an act is about, as the mirror has it. */
export interface ActTarget {
  kind: KindName
  item: object
  /** The issue or pull request that it is, or is said on; null where there is none. */
  conversation: object | null
}

type Values = Readonly<Record<string, string | number>>
type Where = { repositoryId: number; values: Values }

/** Finds what an act is about; null for the repository itself. Throws `not_found`. */
export async function findActTarget(db: Db, act: Act, where: Where): Promise<ActTarget | null> {
  switch (act.target) {
    case undefined:
      return null
    case 'conversation':
      return must(
        await findConversation(db, where),
        `There is nothing with the number #${where.values.number}.`,
      )
    case 'issue':
      return must(await find(db, 'issue', where), `There is no issue #${where.values.number}.`)
    case 'pull_request':
      return must(await find(db, 'pull_request', where), `There is no pull request #${where.values.number}.`)
    case 'comment': {
      const found = must(await find(db, 'comment', where), `There is no comment ${where.values.id}.`)
      const number = pick(found.item, 'issue_number') as number
      const said = await findConversation(db, { ...where, values: { number } })
      return { ...found, conversation: said?.item ?? null }
    }
    case 'review_comment': {
      const found = must(
        await find(db, 'review_comment', where),
        `There is no comment on lines ${where.values.id}.`,
      )
      const number = pick(found.item, 'pull_number') as number
      const said = await find(db, 'pull_request', { ...where, values: { number } })
      return { ...found, conversation: said?.item ?? null }
    }
    case 'actions_workflow':
      return must(
        await find(db, 'actions_workflow', where),
        `There is no Actions workflow ${where.values.id}.`,
      )
    case 'actions_run':
      return must(await find(db, 'actions_run', where), `There is no Actions run ${where.values.id}.`)
  }
}

/** Login of who made it; null where GitHub does not say. */
export function authorOf(target: ActTarget | null): string | null {
  return pickText(target?.item, 'user', 'login') ?? null
}

/** What a webhook or a person would name it by: `acme/site#12`. */
export function nameOfTarget(
  fullName: string,
  { values, target }: { values: Values; target: ActTarget | null },
) {
  const number = values.number ?? pick(target?.conversation, 'number')
  return number === undefined ? fullName : `${fullName}#${number}`
}

async function findConversation(db: Db, where: Where): Promise<ActTarget | undefined> {
  return (await find(db, 'issue', where)) ?? (await find(db, 'pull_request', where))
}

async function find(db: Db, kind: KindName, { repositoryId, values }: Where): Promise<ActTarget | undefined> {
  const item = await findItem(db, kinds[kind] as never, { repositoryId, item: values })
  // What is known by its id alone is found in any repository.
  if (!item || !(await isWithin(db, { kind, item, repositoryId }))) return undefined
  const isSaid = kind === 'issue' || kind === 'pull_request'
  return { kind, item, conversation: isSaid ? item : null }
}

async function isWithin(
  db: Db,
  { kind, item, repositoryId }: { kind: KindName; item: object; repositoryId: number },
): Promise<boolean> {
  if ('repository_id' in item) return item.repository_id === repositoryId
  const row = await db
    .selectFrom(kinds[kind].table as 'comments')
    .select('id')
    .where('id', '=', pick(item, 'id') as number)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row !== undefined
}

function must(found: ActTarget | undefined, otherwise: string): ActTarget {
  if (!found) throw coded('not_found', otherwise)
  return found
}
