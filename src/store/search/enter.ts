import { mentionsIn, teamMentionsIn } from '../../domain/mentions.ts'
import { wordsOf } from '../../domain/search/text-words.ts'
import type { Value } from '../../mirror/columns.ts'
import { type Kind, nameOf, type Searched } from '../../mirror/kind.ts'
import { forgetClosingReferences, saveClosingReferences } from '../closing-references.ts'
import { toMillis } from '../columns.ts'
import { compiledSending } from '../compiled.ts'
import type { SeenPersonRow } from '../rows/search.ts'
import type { Db } from '../store.ts'
import { type Entry, searchWordsOf } from './search-words.ts'

interface Entering {
  repositoryId: number
  item: object
  /** As it is entered; undefined where it may not be. */
  before: object | undefined
}

/**
 * Keeps what search knows of an item, in the transaction that saves it: its words only if they have changed, which
 * costs more than the row does.
 */
export function enterItem(tx: Db, kind: Kind<object>, { repositoryId, item, before }: Entering): void {
  const { searched } = kind
  if (!searched) return
  const now = textOf(searched, item)
  if (before && isSameText(now, textOf(searched, before))) {
    if (!isSamePlace(searched, item, before)) setEntry(tx, entryOf(kind, searched, { repositoryId, item }))
    return
  }
  const entry = entryOf(kind, searched, { repositoryId, item })
  const mentions = mentionsIn(now.body).map((login) => `mentions:${login}`)
  const teams = teamMentionsIn(now.body).map((team) => `team:${team}`)
  const facts = [...now.facts, ...mentions, ...teams].map((fact) => `${kind.name} ${fact}`)
  searchWordsOf(tx).save(tx, {
    ...entry,
    title: wordsOf(now.title),
    body: wordsOf(now.body),
    facts: [kind.name, ...facts],
  })
  if (searched.closes) {
    saveClosingReferences(tx, {
      repositoryId,
      pullNumber: Number(entry.key),
      closes: searched.closes(item),
      before: before && searched.closes(before),
    })
  }
  for (const person of searched.people?.(item) ?? []) {
    if (person) {
      addPerson(tx, { repository_id: repositoryId, login_key: person.login.toLowerCase(), ...person })
    }
  }
}

/** Takes items out of the search, before their rows go. */
export async function leave(
  tx: Db,
  kind: Kind<object>,
  { repositoryId, keys }: { repositoryId: number; keys?: readonly string[] },
): Promise<void> {
  if (!kind.searched) return
  if (kind.searched.closes) {
    await forgetClosingReferences(tx, { repositoryId, ...(keys && { pullNumbers: keys.map(Number) }) })
  }
  await searchWordsOf(tx).remove(tx, { repositoryId, kind: kind.name, ...(keys && { keys }) })
}

function entryOf(
  kind: Kind<object>,
  searched: Searched<object>,
  { repositoryId, item }: { repositoryId: number; item: object },
): Entry {
  const created = searched.created(item)
  return {
    repositoryId,
    kind: kind.name,
    key: nameOf(kind, item),
    state: searched.state?.(item) ?? '',
    createdAt: toMillis(created),
    updatedAt: toMillis(searched.updated?.(item) ?? created),
    comments: searched.comments?.(item) ?? 0,
    reactions: searched.reactions?.(item) ?? 0,
  }
}

interface Text {
  title: string
  body: string
  facts: readonly string[]
}

function textOf(searched: Searched<object>, item: object): Text {
  return {
    title: searched.title(item),
    body: searched.body?.(item) ?? '',
    facts: searched.facts?.(item) ?? [],
  }
}

function isSameText(a: Text, b: Text): boolean {
  return (
    a.title === b.title &&
    a.body === b.body &&
    a.facts.length === b.facts.length &&
    a.facts.every((fact, index) => fact === b.facts[index])
  )
}

/** Whether state, times and counts are the same. */
function isSamePlace(searched: Searched<object>, a: object, b: object): boolean {
  const { state, created, updated, comments, reactions } = searched
  return (
    state?.(a) === state?.(b) &&
    created(a) === created(b) &&
    updated?.(a) === updated?.(b) &&
    comments?.(a) === comments?.(b) &&
    reactions?.(a) === reactions?.(b)
  )
}

const setEntry = compiledSending<Entry>((db, value) =>
  db
    .updateTable('search_entries')
    .set({
      state: value('state'),
      created_at: value('createdAt'),
      updated_at: value('updatedAt'),
      comments: value('comments'),
      reactions: value('reactions'),
    })
    .where('repository_id', '=', value('repositoryId'))
    .where('kind', '=', value('kind'))
    .where('key', '=', value('key')),
)

const addPerson = compiledSending<SeenPersonRow>((db, value) =>
  db
    .insertInto('seen_people')
    .values({
      repository_id: value('repository_id'),
      login_key: value('login_key'),
      login: value('login'),
      avatar_url: value('avatar_url'),
    })
    .onConflict((conflict) => conflict.doNothing()),
)

/** Takes what goes with something out of the search. */
export async function leaveOwned(
  tx: Db,
  owned: Kind<object>,
  { repositoryId, column, keys }: { repositoryId: number; column: string; keys: readonly Value[] },
): Promise<void> {
  if (!owned.searched) return
  const own = owned.key.at(-1) as 'id'
  const rows = await tx
    .selectFrom(owned.table as 'issues')
    .select(own)
    .where('repository_id', '=', repositoryId)
    .where(column as 'id', 'in', keys as number[])
    .execute()
  await leave(tx, owned, { repositoryId, keys: rows.map((row) => String(row[own])) })
}
