import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import type { Connection } from './connection.ts'
import { nextPause } from './pause.ts'

/** A user with connections, and what they may see: known once, however many connections there are. */
export interface Person {
  readonly userId: string
  readonly connections: Set<Connection>
  /** Repositories that the person may read, as of the last change that was sent. */
  readable: ReadonlySet<number>
  /** Counts the loads of rights begun: what was decided under another version must be decided anew. */
  version: number
  /** While rights are being loaded: nothing may be sent. */
  loading: Promise<void> | null
}

export interface People {
  /** The person of a user, who has one connection more now. */
  join(userId: string): Person
  leave(connection: Connection): void
  /** Begins to load a person's rights anew; undefined when they have no connection. */
  reload(userId: string): Person | undefined
  close(): void
}

/** Keeps the rights of everybody who is connected. `load` says which repositories a user may read. */
export function createPeople(deps: {
  load: (userId: string) => Promise<ReadonlySet<number>>
  log: Logger
}): People {
  const people = new Map<string, Person>()
  let closed = false

  /** Of several loads at the same time the one that began last counts: the others may not know what was taken away. */
  function load(person: Person): void {
    const version = ++person.version
    const isNewest = () => person.version === version && !closed
    const insist = async () => {
      for (let failures = 0; isNewest(); failures++) {
        try {
          const readable = await deps.load(person.userId)
          if (isNewest()) person.readable = readable
          return
        } catch (error) {
          deps.log.error({ err: error, user: person.userId }, `live rights: ${messageOf(error)}`)
          await nextPause(failures)
          if (person.connections.size === 0) return
        }
      }
    }
    // However it ends, it is not awaited once more: whoever waits for a promise that has resolved lets nothing else run.
    const loading = insist().finally(() => {
      if (person.loading === loading) person.loading = null
    })
    person.loading = loading
  }

  return {
    join(userId) {
      const known = people.get(userId)
      if (known) return known
      const person = {
        userId,
        connections: new Set<Connection>(),
        readable: new Set<number>(),
        version: 0,
        loading: null,
      }
      people.set(userId, person)
      load(person)
      return person
    },
    leave(connection) {
      const { person } = connection
      person.connections.delete(connection)
      if (person.connections.size === 0) people.delete(person.userId)
    },
    reload(userId) {
      const person = people.get(userId)
      if (person) load(person)
      return person
    },
    close() {
      closed = true
    },
  }
}

/** Resolves when a person's rights are known, also when they change meanwhile; or when nobody needs them any more. */
export async function rightsOf(person: Person): Promise<void> {
  while (person.loading) await person.loading
}
