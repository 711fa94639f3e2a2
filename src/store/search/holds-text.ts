import { type Expression, type SqlBool, sql } from 'kysely'

/** Whether one of the columns holds a text somewhere, in any case: of lists that are short once rights are known. */
export function holdsText(columns: readonly string[], text: string): Expression<SqlBool> {
  const pattern = `%${likeText(text.toLowerCase())}%`
  const one = (column: string) => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
  return sql<SqlBool>`(${sql.join(columns.map(one), sql` or `)})`
}

/** A text in a pattern of `like`, as it stands. */
export function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
