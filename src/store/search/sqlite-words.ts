import { sql } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import { factWord } from '../../domain/search/text-words.ts'
import { compiledSending } from '../compiled.ts'
import { besides } from './besides.ts'
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
/**
 * More ranges than this cost more to look at than what lies between them. FTS5 looks for what holds several things on
 * beyond the end of a range, and puts a word that may go on together for each anew: many ranges are for one whole word.
 */
const mostRanges = 4
const mostRangesOfWord = 128

type Saved = Entry & Record<'titleWords' | 'bodyWords' | 'factWords', string>

const addShelf = compiledSending<Pick<Entry, 'repositoryId'>>((db, value) => ({
  compile: () =>
    sql`insert into search_shelves (repository_id, shelf)
      values (${value('repositoryId')}, (select coalesce(max(shelf), 0) + 1 from search_shelves))
      on conflict (repository_id) do nothing`.compile(db),
}))

const addEntry = compiledSending<Entry>((db, value) => ({
  compile: () =>
    sql`insert into search_entries (id, repository_id, kind, key, state, created_at, updated_at, comments, reactions)
      select 1 + coalesce(
        (select id from search_entries
         where id between shelf * ${sql.lit(shelfSize)} and shelf * ${sql.lit(shelfSize)} + ${sql.lit(shelfSize - 1)}
         order by id desc limit 1),
        shelf * ${sql.lit(shelfSize)}
      ), repository_id, ${value('kind')}, ${value('key')}, ${value('state')}, ${value('createdAt')}, ${value('updatedAt')},
        ${value('comments')}, ${value('reactions')}
      from search_shelves where repository_id = ${value('repositoryId')}
      on conflict (repository_id, kind, key) do update set
        state = excluded.state, created_at = excluded.created_at, updated_at = excluded.updated_at,
        comments = excluded.comments, reactions = excluded.reactions`.compile(db),
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
  matching(match, { repositories }, beside = []) {
    const { ranges, isExact } = rangesOf(repositories, isOneWord(match) ? mostRangesOfWord : mostRanges)
    const shelves = JSON.stringify(repositories.map(({ shelf }) => shelf))
    // What lies in a gap is dropped. Where there is none, to look at each would take a fifth of the time.
    const shelf = sql`search_words.rowid / ${sql.lit(shelfSize)}`
    const own = isExact ? sql`` : sql`and ${shelf} in (select value from json_each(${shelves}))`
    return sql`
      from json_each(${JSON.stringify(ranges)}) as reach
        cross join search_words cross join search_entries as e ${besides(beside)}
      where search_words match ${expressionOf(match, wholeOf(match))}
        and search_words.rowid between (reach.value ->> 0) and (reach.value ->> 1)
        ${own} and e.id = search_words.rowid`
  },
}

/**
 * The shelves as ranges of ids: the smallest gaps are looked over where there would be too many. `isExact`: they hold
 * nothing of any other repository.
 */
function rangesOf(
  repositories: Reach['repositories'],
  most: number,
): { ranges: [number, number][]; isExact: boolean } {
  const shelves = repositories.map(({ shelf }) => shelf).sort((a, b) => a - b)
  const gaps = shelves.slice(1).map((shelf, index) => shelf - shelves[index]!)
  const widest = gaps.toSorted((a, b) => b - a)[most - 1] ?? 1
  const ranges: [number, number][] = []
  let isExact = true
  for (const [index, shelf] of shelves.entries()) {
    const last = ranges.at(-1)
    if (last && gaps[index - 1]! <= Math.max(1, widest)) {
      last[1] = (shelf + 1) * shelfSize - 1
      if (gaps[index - 1]! > 1) isExact = false
    } else ranges.push([shelf * shelfSize, (shelf + 1) * shelfSize - 1])
  }
  return { ranges, isExact }
}

/**
 * In the language of FTS5. Words hold letters and digits only, facts neither quotes nor spaces. `NOT` stands between
 * two: what holds, and what must not; where there is nothing that holds, what all entries in question hold.
 */
function expressionOf(match: Match, whole: Match): string {
  if ('fact' in match) return `facts : "${factWord(match.fact)}"${match.open ? ' *' : ''}`
  if ('words' in match) {
    // No fact looks like a word, so a search of the whole text need not say where.
    const where = match.in === 'text' ? '' : `${match.in} : `
    return `${where}"${match.words.join(' ')}"${match.open ? ' *' : ''}`
  }
  if ('any' in match) return `(${match.any.map((part) => expressionOf(part, whole)).join(' OR ')})`
  if ('not' in match) return `(${expressionOf(whole, whole)} NOT ${expressionOf(match.not, whole)})`
  const holds = match.all.filter((part) => !('not' in part))
  const not = match.all.flatMap((part) => ('not' in part ? [part.not] : []))
  const all = (holds.length > 0 ? holds : [whole]).map((part) => expressionOf(part, whole))
  const held = `(${all.join(' AND ')})`
  return not.length === 0
    ? held
    : `(${held} NOT (${not.map((part) => expressionOf(part, whole)).join(' OR ')}))`
}

/** Whether it asks for one whole word besides the kind and what must not be. */
function isOneWord(match: Match): boolean {
  const [, ...parts] = 'all' in match ? match.all.filter((part) => !('not' in part)) : []
  const [only] = parts
  return parts.length === 1 && 'words' in only! && only.words.length === 1 && !only.open
}

/** What all that a match can find holds: the first of what must hold together. */
function wholeOf(match: Match): Match {
  return 'all' in match && match.all[0] ? wholeOf(match.all[0]) : match
}
