// The least that a server on Fastify with a SQLite file is: what bench/start.ts measures a start of the hub beside.
import { enableCompileCache } from 'node:module'
import { DatabaseSync } from 'node:sqlite'

enableCompileCache()
const { default: fastify } = await import('fastify')
const [file, port] = process.argv.slice(2)
const database = new DatabaseSync(file)
database.exec(
  'pragma journal_mode = wal; create table if not exists notes (id integer primary key, text text)',
)
const app = fastify()
app.get('/readyz', () => database.prepare('select count(*) as notes from notes').get())
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => process.exit(0))
