import { PulseIcon, XIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { EpisodeRow } from '../components/activity.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { tellEpisodes } from '../components/tell-episodes.ts'
import { changesQuery } from '../data/queries.ts'

/** Everything that happened, in the hub's own log, told as people would. */
export function ActivityPage() {
  const search = useSearch({ from: '/app/activity' })
  const navigate = useNavigate({ from: '/activity' })
  const query = useInfiniteQuery({
    ...changesQuery(search),
    select: (data) => ({
      ...data,
      pages: [{ items: tellEpisodes(data.pages.flatMap((page) => page.items)), next: null }],
    }),
  })
  return (
    <Page>
      <PageHeader title="Activity" facts="Every change that you may see, as it happens" />
      <List
        label="Activity"
        query={query}
        identity={(episode) => episode.key}
        head={
          search.topic && (
            <Button size="small" trailingVisual={XIcon} onClick={() => void navigate({ search: {} })}>
              {search.topic}
            </Button>
          )
        }
        row={(episode, fresh) => <EpisodeRow episode={episode} fresh={fresh} />}
        empty={
          <EmptyState icon={PulseIcon} title="Nothing has happened yet">
            Pushes, issues, reviews and runs are told here the moment GitHub reports them.
          </EmptyState>
        }
      />
    </Page>
  )
}
