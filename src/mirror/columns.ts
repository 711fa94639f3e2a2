import type { Person } from '../../contract/common.ts'
import { toldColumn } from './told.ts'

export type Value = string | number | null
export type Row = Record<string, Value>

/** One field of an item and the columns that hold it. */
export interface Column<Item> {
  names: readonly string[]
  write(item: Item, row: Row): void
  read(row: Row, item: Item): void
}

type FieldsOf<Item, Type> = {
  [Name in keyof Item]-?: [Exclude<Item[Name], undefined>] extends [Type] ? Name : never
}[keyof Item] &
  string

/** The columns for items of one type: each names a field that holds what it can store. */
export function columnsOf<Item extends object>() {
  type Loose = Record<string, unknown>
  const column = (
    name: string,
    write: (value: unknown) => Value,
    read: (value: Value) => unknown,
  ): Column<Item> => ({
    names: [name],
    write(item, row) {
      row[name] = write((item as Loose)[name])
    },
    read(row, item) {
      ;(item as Loose)[name] = read(row[name] as Value)
    },
  })
  const asIs = (value: unknown) => (value ?? null) as Value

  return {
    /** Texts and numbers, as they are. */
    plain: (...names: FieldsOf<Item, Value>[]) => names.map((name) => column(name, asIs, asIs)),
    /** Times: milliseconds since the epoch. */
    times: (...names: FieldsOf<Item, string | null>[]) => names.map((name) => column(name, millisOf, timeOf)),
    /** Yes or no: 1 or 0. */
    flags: (...names: FieldsOf<Item, boolean | null>[]) =>
      names.map((name) => column(name, (value) => (value ? 1 : 0), Boolean)),
    /** Lists and objects: JSON. */
    json: (...names: (keyof Item & string)[]) =>
      names.map((name) => column(name, JSON.stringify, (value) => JSON.parse(value as string))),
    /** An account: its login and its picture. */
    person: (name: FieldsOf<Item, Person | null>): Column<Item> => {
      const [login, avatar] = [`${name}_login`, `${name}_avatar_url`]
      return {
        names: [login, avatar],
        write(item, row) {
          const person = (item as Loose)[name] as Person | null
          row[login] = person?.login ?? null
          row[avatar] = person?.avatar_url ?? null
        },
        read(row, item) {
          const person = row[login] === null ? null : { login: row[login], avatar_url: row[avatar] }
          ;(item as Loose)[name] = person
        },
      }
    },
    /** What GitHub told beside the others. */
    toldColumn: toldColumn as Column<Item>,
    /** An object of texts: a column for each. */
    parts: <Name extends keyof Item & string>(
      name: Name,
      ...parts: (keyof Item[Name] & string)[]
    ): Column<Item> => {
      const names = parts.map((part) => `${name}_${part}`)
      return {
        names,
        write(item, row) {
          const whole = (item as Loose)[name] as Loose
          parts.forEach((part, index) => {
            row[names[index]!] = asIs(whole[part])
          })
        },
        read(row, item) {
          ;(item as Loose)[name] = Object.fromEntries(parts.map((part, index) => [part, row[names[index]!]]))
        },
      }
    },
  }
}

function millisOf(time: unknown): number | null {
  return time === null || time === undefined ? null : Date.parse(time as string)
}

function timeOf(millis: Value): string | null {
  return millis === null ? null : new Date(millis as number).toISOString()
}

/** An item as the row that holds it. */
export function encode<Item extends object>(
  { columns }: { columns: readonly Column<Item>[] },
  item: Item,
  repositoryId: number,
): Row {
  const row: Row = { repository_id: repositoryId }
  for (const column of columns) column.write(item, row)
  return row
}

/** A row as the item that it holds. */
export function decode<Item extends object>(
  { columns }: { columns: readonly Column<Item>[] },
  row: object,
): Item {
  const item = {} as Item
  for (const column of columns) column.read(row as Row, item)
  return item
}
