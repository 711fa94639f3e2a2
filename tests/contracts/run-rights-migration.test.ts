import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../src/store/migrations/index.ts'
import { openVersion } from '../support/open-version.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

it.each(dialects)(
  'runs of before keep their maker and their starter on %s, and workflows are hidden',
  async (dialect) => {
    const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
    const open = (known: typeof migrations) => openVersion(place, known)
    const before = await open(migrations.slice(0, 1))
    await before.write(async (tx) => {
      for (const [id, host, number, login] of [
        ['ada', 'a', 1, 'ada'],
        ['bob', 'a', 2, 'bob'],
        ['twin1', 'a', 3, 'twin'],
        ['twin2', 'b', 3, 'twin'],
      ]) {
        await sql`insert into users (id, host, github_id, login, role, created_at)
        values (${id}, ${host}, ${number}, ${login}, 'member', 0)`.execute(tx)
      }
      await sql`insert into workflows (id, name, version, enabled, created_by, run_count, created_at, updated_at)
      values ('w', 'W', 2, 1, 'bob', 4, 0, 0)`.execute(tx)
      for (const [version, maker] of [
        [1, 'ada'],
        [2, 'bob'],
      ]) {
        await sql`insert into workflow_versions (workflow_id, version, source, definition, created_by, created_at)
        values ('w', ${version}, '', '{}', ${maker}, 0)`.execute(tx)
      }
      for (const [id, version, event, actor, repository] of [
        ['by-hand', 1, 'workflow_dispatch', 'bob', null],
        ['by-a-twin', 2, 'workflow_dispatch', 'twin', null],
        ['by-event', 2, 'issues', 'ada', 7],
      ]) {
        await sql`insert into runs (id, workflow_id, version, number, attempt, idempotency_key, name, event, actor,
        repository_id, status, created_at)
        values (${id}, 'w', ${version}, 1, 1, ${id}, 'R', ${event}, ${actor}, ${repository}, 'completed', 0)`.execute(
          tx,
        )
      }
      await sql`insert into changes (seq, at, topic, kind, data)
      values (1, 0, 'run:by-hand', 'run.finished', '{}'), (2, 0, 'system', 'workflow.updated', '{}'),
        (3, 0, 'system', 'user.updated', '{}')`.execute(tx)
    })
    await before.close()

    const after = await open(migrations)
    const { read } = after
    const runs = await read.selectFrom('runs').select(['id', 'maker', 'started_by']).orderBy('id').execute()
    expect(runs).toEqual([
      // Which of two people of one login it was nobody can tell.
      { id: 'by-a-twin', maker: 'bob', started_by: null },
      { id: 'by-event', maker: 'bob', started_by: null },
      { id: 'by-hand', maker: 'ada', started_by: 'bob' },
    ])
    const touched = await read.selectFrom('run_repositories').select(['run_id', 'repository_id']).execute()
    expect(touched).toEqual([{ run_id: 'by-event', repository_id: 7 }])
    const changes = await read.selectFrom('changes').select(['maker', 'started_by']).orderBy('seq').execute()
    expect(changes).toEqual([
      { maker: 'ada', started_by: 'bob' },
      { maker: '', started_by: null },
      { maker: null, started_by: null },
    ])
    expect(await read.selectFrom('workflows').select('visibility').execute()).toEqual([
      { visibility: 'private' },
    ])
    await after.close()
    await place.remove()
  },
)
