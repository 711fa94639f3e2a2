import { type CodedError, coded, isCoded, messageOf } from '../errors.ts'

/** Where a database is, for the sentence about why it cannot be used. */
export interface DatabasePlace {
  dataDir: string
  databaseUrl?: string | null | undefined
}

/**
 * Turns what SQLite, Postgres and the file system throw while a database is opened or first read into an error of the
 * table, whose sentence names the setting and says what to do. Null for what is none of theirs: a fault of our own.
 */
export function explainDatabaseFailure(error: unknown, place: DatabasePlace): CodedError | null {
  if (isCoded(error)) {
    const ofPostgres = isCoded(error, 'unavailable') || isCoded(error, 'database_refused')
    if (!place.databaseUrl || !ofPostgres || !error.cause) return error
    return explainDatabaseFailure(error.cause, place) ?? error
  }
  const { code, errcode } = error as { code?: string; errcode?: number }
  const sentence = place.databaseUrl
    ? aboutPostgres(error, code ?? '', new URL(place.databaseUrl))
    : aboutSqlite(error, code ?? '', errcode, place.dataDir)
  return sentence === null ? null : coded('config_invalid', sentence, { cause: error })
}

/** Codes of the server: https://www.postgresql.org/docs/current/errcodes-appendix.html; of the socket: node:net. */
function aboutPostgres(error: unknown, code: string, url: URL): string | null {
  const server = url.host || `the socket in ${url.searchParams.get('host')}`
  const database = url.pathname.slice(1) || url.username
  const setting = 'Setting DATABASE_URL:'
  if (code === '28P01' || code === '28000' || /password must be a string/.test(messageOf(error))) {
    return `${setting} Postgres at ${server} refuses the user "${url.username}" or its password. Correct them.`
  }
  if (code === '3D000') {
    return `${setting} Postgres at ${server} has no database "${database}". Make it (createdb ${database}) or name another.`
  }
  if (code === '42501') {
    return `${setting} the user "${url.username}" may not make tables in "${database}". Let it: grant create on schema public.`
  }
  if (code === '53300' || code === '57P03')
    return `${setting} Postgres at ${server} takes no more connections now.`
  if (/^(?:E[A-Z_]+|08\w{3})$/.test(code) || /timeout|terminated unexpectedly|SSL/i.test(messageOf(error))) {
    const why = code || messageOf(error)
    return `${setting} Postgres at ${server} cannot be reached (${why}). Is it running, and is the address right?`
  }
  return /^[0-9A-Z]{5}$/.test(code) ? `${setting} Postgres at ${server} says: ${messageOf(error)}.` : null
}

/** The primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const sqlite = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 }

function aboutSqlite(
  error: unknown,
  code: string,
  errcode: number | undefined,
  dataDir: string,
): string | null {
  const where = `CLDCDE_DATA_DIR is ${dataDir}`
  // Extended codes hold the primary one in their low byte.
  switch (errcode === undefined ? undefined : errcode & 0xff) {
    case sqlite.busy:
      return `${where}: another program holds the database there. End it, or choose another folder.`
    case sqlite.readOnly:
    case sqlite.cannotOpen:
      return `${where}, where this user may not write the database. Give it the folder and its files, or choose another.`
    case sqlite.ioError:
      return `${where}: its disk cannot be read or written (${messageOf(error)}). Check the disk.`
    case sqlite.full:
      return `${where}: its disk is full. Make room.`
    case sqlite.corrupt:
      return `${where}: the database there is damaged (${messageOf(error)}). Restore a backup; \`cldcde doctor\` says more.`
    case sqlite.notADatabase:
      return `${where}, but cldcde.db there is not a database of SQLite. Move it away, or choose another folder.`
  }
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${where}, where this user may not write (${code}). Give it the folder, or choose another.`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${where}, which is not a folder, or lies below what is none. Choose another.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `${where}: its disk is full. Make room.`
  }
  return null
}
