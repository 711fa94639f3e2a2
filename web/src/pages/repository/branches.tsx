import { GitBranchIcon, ShieldLockIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { NewRef, useDeleteRef } from '../../acting/ref-acts.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { RulesPanel } from '../../components/rules-panel.tsx'
import { branchesQuery, repositoryQuery } from '../../data/queries.ts'
import { RefsSwitch } from './refs-switch.tsx'

/** The repository's branches, by name. */
export function BranchesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/branches' })
  const fullName = `${owner}/${repo}`
  const query = useInfiniteQuery(branchesQuery(fullName))
  const repository = useQuery(repositoryQuery(fullName)).data
  const deleting = useDeleteRef(fullName, 'branch')
  return (
    <>
      <RefsSwitch owner={owner} repo={repo} />
      <NewRef fullName={fullName} kind="branch" />
      {deleting.undo}
      <RulesPanel fullName={fullName} />
      <List
        label="Branches"
        query={query}
        identity={(branch) => branch.name}
        row={(branch, fresh) => (
          <OutsideRow
            icon={<GitBranchIcon />}
            title={branch.name}
            href={repository && `${repository.html_url}/tree/${branch.name}`}
            labels={
              <>
                {repository?.default_branch === branch.name && <Label variant="accent">Default</Label>}
                {branch.protected && (
                  <Label>
                    <ShieldLockIcon size={12} /> Protected
                  </Label>
                )}
              </>
            }
            changed={branch.sha}
            fresh={fresh}
            meta={
              branch.committed_at && (
                <span>
                  committed <RelativeTime at={branch.committed_at} />
                </span>
              )
            }
            trailing={
              <>
                <code>{branch.sha.slice(0, 7)}</code>
                {repository?.default_branch !== branch.name && deleting.button(branch)}
              </>
            }
          />
        )}
        empty={
          <EmptyState icon={GitBranchIcon} title="No branches yet">
            A branch appears here with the first push to it.
          </EmptyState>
        }
      />
    </>
  )
}
