import { decode, type Row } from './columns.ts'
import type { Kind } from './kind.ts'
import { addressesOfAccount, apart, marks, toldColumnName } from './told.ts'

/** Where what GitHub told is shown, and of which repository it is. */
export interface Showing {
  /** The address of the API that shows it, as GitHub Enterprise Server has one of its own. */
  api: string
  /** Of the repository, as it is called now. */
  fullName: string
  /** The repository as JSON: whole, and the short form. Asked for only where something shows it. */
  whole(): string
  short(): string
}

/**
 * The JSON of GitHub's REST object, from a row with its columns and what GitHub told beside. Null when the row does not
 * hold all of it: it was stored before this was kept, or was told in part only. `alone` asks for the fields that
 * GitHub shows of a thing asked for by itself.
 */
export function retell(
  kind: Kind<object>,
  row: object,
  { alone = false, ...showing }: Showing & { alone?: boolean },
): string | null {
  const text = (row as Row)[toldColumnName] as string | null
  if (text === null) return null
  const end = text.indexOf(apart)
  if (alone && kind.told?.alone && end < 0) return null
  const rest = end < 0 ? text : alone ? text.replace(apart, ',') : text.slice(0, end)
  return `{${columnsOf(kind, row, { alone })}${writeOut(rest, showing)}}`
}

/** The fields that columns tell, as the inside of an object with a comma after it. */
function columnsOf(kind: Kind<object>, row: object, { alone }: { alone: boolean }): string {
  const item = decode(readingOf(kind), row) as Record<string, unknown>
  let text = ''
  for (const name of kind.told!.columns) {
    if (!alone && kind.told!.columnsAlone?.includes(name)) continue
    text += `"${name}":${JSON.stringify(isTime(name) ? githubTime(item[name]) : item[name])},`
  }
  return text
}

const isTime = (name: string) => name.endsWith('_at') || name === 'due_on'

/** GitHub tells whole seconds. */
export function githubTime(time: unknown): unknown {
  return typeof time === 'string' ? time.replace('.000Z', 'Z') : time
}

const readings = new Map<string, Pick<Kind<object>, 'columns'>>()

/** Only the columns that are shown are read. */
function readingOf(kind: Kind<object>): Pick<Kind<object>, 'columns'> {
  let reading = readings.get(kind.name)
  if (!reading) {
    const shown = kind.told!.columns
    reading = { columns: kind.columns.filter(({ names }) => names.length === 1 && shown.includes(names[0]!)) }
    readings.set(kind.name, reading)
  }
  return reading
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters, so that JSON cannot hold them
const marked = /[\u0001\u0002\u0006\u0007]|\u0004([^\u0005]*)\u0005([^\u0004]*)\u0004/g

/** Puts back what stood for itself as a mark. */
export function writeOut(text: string, { api, fullName, whole, short }: Showing): string {
  return text.replace(marked, (mark, login: string, page: string) => {
    switch (mark) {
      case marks.repository:
        return `${api}/repos/${fullName}`
      case marks.api:
        return api
      case marks.whole:
        return whole()
      case marks.short:
        return short()
      default:
        return accountOf(api, login, page)
    }
  })
}

/** The addresses of an account, as GitHub writes them. */
function accountOf(api: string, login: string, page: string): string {
  const url = `${api}/users/${login}`
  let text = `"gravatar_id":"","url":"${url}","html_url":"${page}"`
  for (const [field, path] of addressesOfAccount) text += `,"${field}":"${url}${path}"`
  return text
}
