import { type PlainFace, type PlainKinds, plainFaces } from '../../../contract/plain-faces.ts'
import { listQuery } from './list-query.ts'

/** The list of a kind of which nothing special is told; `under`: what it hangs under, where its face says so. */
export function plainQuery<Kind extends keyof PlainKinds>(
  kind: Kind,
  fullName: string,
  { under, limit }: { under?: number | string; limit?: number } = {},
) {
  const { list, path = list } = plainFaces[kind] as PlainFace<never>
  return listQuery<PlainKinds[Kind]>({
    resource: list,
    path: `/repos/${fullName}/${fill(path, under)}`,
    scope: under === undefined ? fullName : `${fullName}#${under}`,
    params: limit === undefined ? {} : { limit },
  })
}

/** An address with its fields: those of what the list hangs under, with slashes between. */
function fill(path: string, under: number | string | undefined): string {
  const values = String(under).split('/')
  return path.replace(/:\w+/g, () => values.shift() ?? '')
}
