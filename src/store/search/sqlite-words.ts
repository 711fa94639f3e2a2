import { sql } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import { factWord } from '../../domain/search/text-words.ts'
import { compiledSending } from '../compiled.ts'
import type { Entry, Reach, SearchWords } from './search-words.ts'

/**
 * FTS5 without a copy of the texts: https://www.sqlite.org/fts5.html#contentless_delete_tables. It is given words, so
 * that the plainest tokenizer will do, and asked with ranges of ids: each repository's entries are on a shelf of their
 * own, and what is on other shelves is not come by.
 */
export const sqliteSearchWords = [
  `create virtual table search_words using fts5 (
     title, body, facts, content = '', contentless_delete = 1, tokenize = 'ascii'
   )`,
]

/** Ids of a shelf: so many repositories times so many entries are numbers that JavaScript can hold. */
const shelfSize = 2 ** 32
/** More ranges than this cost more to look at than what lies between them. */
const mostRanges = 64

type Saved = Entry & Record<'titleWords' | 'bodyWords' | 'factWords', string>

const addShelf = compiledSending<Pick<Entry, 'repositoryId'>>((db, value) => ({
  compile: () =>
    sql`insert into search_shelves (repository_id, shelf)
      values (${value('repositoryId')}, (select coalesce(max(shelf), 0) + 1 from search_shelves))
      on conflict (repository_id) do nothing`.compile(db),
}))

const addEntry = compiledSending<Entry>((db, value) => ({
  compile: () =>
    sql`insert into search_entries (id, repository_id, kind, key, state, created_at, updated_at)
      select 1 + coalesce(
        (select id from search_entries
         where id between shelf * ${sql.lit(shelfSize)} and shelf * ${sql.lit(shelfSize)} + ${sql.lit(shelfSize - 1)}
         order by id desc limit 1),
        shelf * ${sql.lit(shelfSize)}
      ), repository_id, ${value('kind')}, ${value('key')}, ${value('state')}, ${value('createdAt')}, ${value('updatedAt')}
      from search_shelves where repository_id = ${value('repositoryId')}
      on conflict (repository_id, kind, key) do update set
        state = excluded.state, created_at = excluded.created_at, updated_at = excluded.updated_at`.compile(
      db,
    ),
}))

const putWords = compiledSending<Saved>((db, value) => ({
  compile: () =>
    sql`insert or replace into search_words (rowid, title, body, facts)
      select id, ${value('titleWords')}, ${value('bodyWords')}, ${value('factWords')} from search_entries
      where repository_id = ${value('repositoryId')} and kind = ${value('kind')} and key = ${value('key')}`.compile(
      db,
    ),
}))

export const sqliteWords: SearchWords = {
  save(tx, { title, body, facts, ...entry }) {
    addShelf(tx, entry)
    addEntry(tx, entry)
    putWords(tx, {
      ...entry,
      titleWords: title.join(' '),
      bodyWords: body.join(' '),
      factWords: facts.map(factWord).join(' '),
    })
  },
  async remove(tx, { repositoryId, kind, keys }) {
    const which = sql`repository_id = ${repositoryId} and kind = ${kind} ${
      keys ? sql`and key in (select value from json_each(${JSON.stringify(keys)}))` : sql``
    }`
    await sql`delete from search_words where rowid in (select id from search_entries where ${which})`.execute(
      tx,
    )
    await sql`delete from search_entries where ${which}`.execute(tx)
  },
  matching(match, { repositories }) {
    const ids = JSON.stringify(repositories.map(({ repositoryId }) => repositoryId))
    return sql`
      from json_each(${JSON.stringify(rangesOf(repositories))}) as reach
        cross join search_words cross join search_entries as e
      where search_words match ${expressionOf(match)}
        and search_words.rowid between (reach.value ->> 0) and (reach.value ->> 1)
        and e.id = search_words.rowid
        and e.repository_id in (select value from json_each(${ids}))`
  },
}

/** The shelves as ranges of ids: the smallest gaps are looked over where there would be too many. */
function rangesOf(repositories: Reach['repositories']): [number, number][] {
  const shelves = repositories.map(({ shelf }) => shelf).sort((a, b) => a - b)
  const gaps = shelves.slice(1).map((shelf, index) => shelf - shelves[index]!)
  const widest = gaps.toSorted((a, b) => b - a)[mostRanges - 1] ?? 1
  const ranges: [number, number][] = []
  for (const [index, shelf] of shelves.entries()) {
    const last = ranges.at(-1)
    if (last && gaps[index - 1]! <= Math.max(1, widest)) last[1] = (shelf + 1) * shelfSize - 1
    else ranges.push([shelf * shelfSize, (shelf + 1) * shelfSize - 1])
  }
  return ranges
}

/** In the language of FTS5. Words hold letters and digits only, facts neither quotes nor spaces. */
function expressionOf(match: Match): string {
  if ('fact' in match) return `facts : "${factWord(match.fact)}"`
  if ('words' in match) {
    // No fact looks like a word, so a search of the whole text need not say where.
    const where = match.in === 'text' ? '' : `${match.in} : `
    return `${where}"${match.words.join(' ')}"${match.open ? ' *' : ''}`
  }
  if ('any' in match) return `(${match.any.map(expressionOf).join(' OR ')})`
  // `NOT` stands between two: what holds, and what must not.
  if ('not' in match) throw new Error('a negation stands beside something that holds')
  const holds = match.all.filter((part) => !('not' in part))
  const not = match.all.flatMap((part) => ('not' in part ? [part.not] : []))
  const all = `(${holds.map(expressionOf).join(' AND ')})`
  return not.length === 0 ? all : `(${all} NOT (${not.map(expressionOf).join(' OR ')}))`
}
