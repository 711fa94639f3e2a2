import { sql } from 'kysely'
import type { Match } from '../../domain/search/match.ts'
import { factWord } from '../../domain/search/text-words.ts'
import { compiledSending } from '../compiled.ts'
import { besides } from './besides.ts'
import type { Entry, SearchWords } from './search-words.ts'

/** A `tsvector` of words and facts, with those of the title marked: https://www.postgresql.org/docs/15/datatype-textsearch.html */
export const postgresSearchWords = [
  "alter table search_entries add column words tsvector not null default ''",
  'create index search_entries_words on search_entries using gin (words)',
]

/** A query names so many repositories in the index; beyond, what it finds is compared with all that one may read. */
const mostNamed = 64

const put = compiledSending<Entry & { words: string }>((db, value) => ({
  compile: () =>
    sql`insert into search_entries (repository_id, kind, key, state, created_at, updated_at, comments,
        reactions, words)
      values (${value('repositoryId')}, ${value('kind')}, ${value('key')}, ${value('state')}, ${value('createdAt')},
        ${value('updatedAt')}, ${value('comments')}, ${value('reactions')}, cast(cast(${value('words')} as text) as tsvector))
      on conflict (repository_id, kind, key) do update set state = excluded.state,
        created_at = excluded.created_at, updated_at = excluded.updated_at,
        comments = excluded.comments, reactions = excluded.reactions, words = excluded.words`.compile(db),
}))

export const postgresWords: SearchWords = {
  save(tx, { title, body, facts, ...entry }) {
    const named = [...facts, repositoryFact(entry.repositoryId)]
    const parts = [
      ...positions(title, 0, 'A'),
      ...positions(body, title.length + 1, ''),
      ...named.map((fact) => `'${factWord(fact)}'`),
    ]
    put(tx, { ...entry, words: parts.join(' ') })
  },
  async remove(tx, { repositoryId, kind, keys }) {
    await sql`delete from search_entries where repository_id = ${repositoryId} and kind = ${kind} ${
      keys ? sql`and key = any(${keys})` : sql``
    }`.execute(tx)
  },
  matching(match, { repositories }, beside = []) {
    const ids = repositories.map(({ repositoryId }) => repositoryId)
    const named: Match[] =
      ids.length <= mostNamed ? [{ any: ids.map((id) => ({ fact: repositoryFact(id) })) }] : []
    return sql`
      from search_entries as e ${besides(beside)}
      where e.words @@ cast(cast(${queryOf({ all: [...named, match] })} as text) as tsquery)
        and e.repository_id = any(${ids})`
  },
}

const repositoryFact = (id: number) => `repository ${id}`

/** Postgres knows no place beyond. */
const lastPosition = 16_383

function positions(words: readonly string[], before: number, weight: string): string[] {
  return words.map((word, index) => `'${word}':${Math.min(lastPosition, before + index + 1)}${weight}`)
}

/** In the language of `tsquery`. Words hold letters and digits only, facts neither quotes nor spaces. */
function queryOf(match: Match): string {
  if ('fact' in match) return `'${factWord(match.fact)}'${match.open ? ':*' : ''}`
  if ('words' in match) {
    const weight = match.in === 'title' ? 'A' : match.in === 'body' ? 'D' : ''
    const last = match.words.length - 1
    const words = match.words.map((word, index) => {
      const marks = `${match.open && index === last ? '*' : ''}${weight}`
      return `'${word}'${marks && `:${marks}`}`
    })
    return `(${words.join(' <-> ')})`
  }
  if ('any' in match) return `(${match.any.map(queryOf).join(' | ')})`
  if ('not' in match) return `!${queryOf(match.not)}`
  return `(${match.all.map(queryOf).join(' & ')})`
}
