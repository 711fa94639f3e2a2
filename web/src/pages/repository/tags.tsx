import { TagIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { NewRef, useDeleteRef } from '../../acting/ref-acts.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { plainQuery } from '../../data/plain-queries.ts'
import { repositoryQuery } from '../../data/queries.ts'
import { RefsSwitch } from './refs-switch.tsx'

/** The repository's tags, by name, the last one first. */
export function TagsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/tags' })
  const fullName = `${owner}/${repo}`
  const query = useInfiniteQuery(plainQuery('tag', fullName))
  const repository = useQuery(repositoryQuery(fullName)).data
  const deleting = useDeleteRef(fullName, 'tag')
  return (
    <>
      <RefsSwitch owner={owner} repo={repo} />
      <NewRef fullName={fullName} kind="tag" />
      {deleting.undo}
      <List
        label="Tags"
        query={query}
        identity={(tag) => tag.name}
        row={(tag, fresh) => (
          <OutsideRow
            icon={<TagIcon />}
            title={tag.name}
            href={repository && `${repository.html_url}/tree/${tag.name}`}
            changed={tag.sha}
            fresh={fresh}
            trailing={
              <>
                <code>{tag.sha.slice(0, 7)}</code>
                {deleting.button(tag)}
              </>
            }
          />
        )}
        empty={
          <EmptyState icon={TagIcon} title="No tags yet">
            A tag appears here with the push that brings it.
          </EmptyState>
        }
      />
    </>
  )
}
