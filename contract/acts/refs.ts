import { Type } from 'typebox'
import { type Asked, act, type ToldAnswer } from './act.ts'
import { Nothing, Sha } from './fields.ts'

const nothing = '0'.repeat(40)

/** The push that GitHub will tell of. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
function pushOf(ref: string, { sha, at }: { sha: string | null; at: string }): ToldAnswer {
  const [before, after] = sha === null ? [nothing, nothing] : [nothing, sha]
  const payload = { ref, before, after, deleted: sha === null, forced: false, commits: [] }
  const is = ref.startsWith('refs/tags/') ? 'tag' : 'branch'
  return { is, event: 'push', payload: { ...payload, repository: { pushed_at: at } } }
}

/** What people do with branches and tags. */
export const refActs = {
  'ref.create': act({
    method: 'POST',
    path: '/repos/:owner/:repo/git/refs',
    summary: 'Create a branch or a tag at a commit',
    body: Type.Object({
      ref: Type.String({
        maxLength: 255,
        pattern: '^refs/(heads|tags)/.',
        description: 'As in `refs/heads/topic`',
      }),
      sha: Sha,
    }),
    right: 'push',
    answer: { told: ({ body, at }) => pushOf(String(body.ref), { sha: String(body.sha), at }) },
    recall: { refusedWith: [422] },
  }),
  'branch.delete': act({
    method: 'DELETE',
    path: '/repos/:owner/:repo/git/refs/heads/:branch',
    summary: 'Delete a branch',
    body: Nothing,
    right: 'push',
    answer: { told: ({ values, at }) => pushOf(`refs/heads/${values.branch}`, { sha: null, at }) },
    recall: { refusedWith: [404, 422] },
  }),
  'tag.delete': act({
    method: 'DELETE',
    path: '/repos/:owner/:repo/git/refs/tags/:tag',
    summary: 'Delete a tag',
    body: Nothing,
    right: 'push',
    answer: { told: deletedTag },
    recall: { refusedWith: [404, 422] },
  }),
} as const

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delete */
function deletedTag({ values, at }: Asked & { at: string }): ToldAnswer {
  return {
    is: 'tag',
    event: 'delete',
    payload: { ref: String(values.tag), ref_type: 'tag', repository: { pushed_at: at } },
  }
}
