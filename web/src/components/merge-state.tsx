import type { PullRequest } from '../../../contract/mirror.ts'
import { BranchName } from './branch-name.tsx'

/** https://docs.github.com/en/graphql/reference/enums#mergestatestatus */
const words: Record<string, string> = {
  clean: 'Ready to merge',
  has_hooks: 'Ready to merge',
  dirty: 'In conflict with',
  behind: 'Behind',
  blocked: 'Held back by the rules of',
  unstable: 'Not all checks pass on the way to',
}

/** Whether an open pull request can be merged, as far as GitHub has told; and what happens then. */
export function MergeState({ pull }: { pull: PullRequest }) {
  const { mergeable_state, auto_merge, base, merged_by } = pull
  if (pull.merged_at) return merged_by ? <span>Merged by {merged_by.login}</span> : <span>Merged</span>
  const state = words[mergeable_state]
  const isReady = state === words.clean
  return (
    <>
      <span>
        {state ?? 'GitHub has not told lately'} {state && !isReady && <BranchName name={base.ref} />}
      </span>
      {auto_merge && (
        <span>
          Merges by itself ({auto_merge.merge_method})
          {auto_merge.enabled_by && `, as ${auto_merge.enabled_by} asked`}
        </span>
      )}
    </>
  )
}
