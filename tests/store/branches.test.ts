import { expect, test } from 'vitest'
import { fieldsOf } from '../../src/domain/mirror/fields.ts'
import { branch } from '../../src/mirror/branch.ts'
import { listBranches } from '../../src/store/branches.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const userId = 'reader'
const sha = (letter: string) => letter.repeat(40)
const committed = '2026-01-01T00:00:00.000Z'

test.each(dialects)(
  'a branch shows when its head was committed, where that is known (%s)',
  async (dialect) => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      await tx
        .insertInto('users')
        .values({
          id: userId,
          host: 'github.example',
          github_id: 1,
          login: userId,
          role: 'member',
          created_at: 0,
        })
        .execute()
      await seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [userId] })
      await tx.deleteFrom('branches').execute()
      await tx
        .insertInto('commits')
        .values({
          repository_id: 1,
          sha: sha('a'),
          message: 'On the default branch',
          authored_at: Date.parse(committed),
          committed_at: Date.parse(committed),
          parents: '[]',
          html_url: '',
        })
        .execute()
      const row = { repository_id: 1, protected: 0, updated_at: Date.parse('2026-03-03T03:03:03Z') } as const
      await tx
        .insertInto('branches')
        .values([
          { ...row, name: 'known-by-its-commit', sha: sha('a') },
          { ...row, name: 'pushed', sha: sha('b'), committed_at: Date.parse(committed) },
          { ...row, name: 'only-listed', sha: sha('c') },
        ])
        .execute()
    })
    const { items } = await listBranches(store.read, { userId, repositoryId: 1, limit: 10 })
    expect(items.map(({ name, committed_at }) => [name, committed_at])).toEqual([
      ['known-by-its-commit', committed],
      ['only-listed', null],
      ['pushed', committed],
    ])
  },
)

test('a push tells when the head was committed; an odd time is no reason to lose the push', () => {
  const read = (timestamp: unknown) =>
    branch.events.push.read(
      fieldsOf(
        {
          ref: 'refs/heads/topic',
          after: sha('b'),
          deleted: false,
          head_commit: timestamp === undefined ? null : { timestamp },
          repository: { pushed_at: 1_772_507_000, updated_at: committed },
        },
        'payload',
      ),
    )?.committed_at
  expect(read('2026-01-01T02:00:00+02:00')).toBe(committed)
  expect(read(undefined)).toBeNull()
  expect(read({ no: 'time' })).toBeNull()
})
