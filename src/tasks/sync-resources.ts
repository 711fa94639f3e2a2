import type { Kind, Listed } from '../mirror/kind.ts'
import { allKinds, kindNamed } from '../mirror/kinds.ts'
import { readerBelow } from './read-below.ts'
import { readerOfHistory } from './read-history.ts'
import { readerOfNews } from './read-news.ts'
import { readerOfSurveyed } from './read-surveyed.ts'
import type { Reader } from './reading.ts'
import { readerOfAll } from './sweep-list.ts'

/** One kind of thing in a repository, and how it is read. */
export interface Resource {
  name: string
  kind: Kind<object>
  read: Reader
}

/** What is in a repository, in the order in which it is read: that of the kinds. */
export const resources: readonly Resource[] = allKinds.flatMap((kind) =>
  kind.listed
    ? [
        {
          name: kind.listed.resource,
          kind,
          read: readerOfSurveyed(kind, kind.listed, readerOf(kind, kind.listed)),
        },
      ]
    : [],
)

function readerOf(kind: Kind<object>, listed: Listed): Reader {
  const { under, leads } = listed
  const parent = under && kindNamed(under.kind)
  if (parent) return readerBelow(kind, parent, { ...listed, under })
  if (leads) return readerOfHistory(kind, { ...listed, leads })
  if (listed.complete) return readerOfAll(kind, listed)
  const news = readerOfNews(kind, listed)
  if (!listed.sweep) return news
  const all = readerOfAll(kind, listed)
  return async function* (reading) {
    const end = yield* news(reading)
    // The first time, and for who wants to be sure: else the news are enough.
    const isEnough = end === 'whole' || (reading.since !== null && !reading.thorough)
    return isEnough ? end : yield* all(reading)
  }
}
