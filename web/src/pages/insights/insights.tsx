import { DownloadIcon, GraphIcon, XIcon } from '@primer/octicons-react'
import { Button, SegmentedControl } from '@primer/react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Insights } from '../../../../contract/insights.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page, PageHeader, Section } from '../../components/page.tsx'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { insightsQuery } from '../../data/queries.ts'
import { saveFile } from '../../data/save-file.ts'
import styles from './insights.module.css'
import { insightsCsv } from './insights-csv.ts'
import { MeasureByDay } from './measure-by-day.tsx'
import { MeasureTile } from './measure-tile.tsx'
import { groups, looks, type MeasureLook } from './measures.ts'
import { RepositoryTable } from './repository-table.tsx'

const ranges = [7, 30, 90] as const

/** How quickly and how safely the repositories work: measures, each over days, and the repositories side by side. */
export function InsightsPage() {
  const search = useSearch({ from: '/app/insights' })
  const navigate = useNavigate({ from: '/insights' })
  const { days = 30, repository, team, until } = search
  const chosen = looks.get(search.measure ?? 'merged')!
  const query = useQuery({
    ...insightsQuery({ days, repository, team, until }),
    placeholderData: keepPreviousData,
  })
  if (query.isError && !query.data) {
    return (
      <Page>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  if (!query.data) return <PageSkeleton />
  return (
    <Page>
      <PageHeader
        title="Insights"
        facts={`${repository ?? team ?? 'Everything that you may read'}${until ? ` until ${until}` : ''}, compared with the ${days} days before`}
        actions={
          <>
            <Button
              size="small"
              leadingVisual={DownloadIcon}
              onClick={() =>
                saveFile('insights.csv', new Blob([insightsCsv(query.data)], { type: 'text/csv' }))
              }
            >
              Export CSV
            </Button>
            {team && (
              <Button
                size="small"
                trailingVisual={XIcon}
                aria-label={`${team}: show every team`}
                onClick={() => void navigate({ search: { ...search, team: undefined } })}
              >
                {team}
              </Button>
            )}
            {repository && (
              <Button
                size="small"
                trailingVisual={XIcon}
                aria-label={`${repository}: show all repositories`}
                onClick={() => void navigate({ search: { ...search, repository: undefined } })}
              >
                {repository}
              </Button>
            )}
            <SegmentedControl
              aria-label="Stretch of time"
              size="small"
              onChange={(index) =>
                void navigate({ search: { ...search, days: ranges[index] }, replace: true })
              }
            >
              {ranges.map((range) => (
                <SegmentedControl.Button key={range} selected={range === days}>
                  {`${range} days`}
                </SegmentedControl.Button>
              ))}
            </SegmentedControl>
          </>
        }
      />
      {isEmpty(query.data) ? (
        <EmptyState icon={GraphIcon} title="Nothing ended in this time">
          Merged pull requests, Actions runs and deployments are measured here as GitHub reports them.
        </EmptyState>
      ) : (
        <Figures
          insights={query.data}
          chosen={chosen}
          onChoose={(measure) =>
            void navigate({ search: { ...search, measure: measure.name }, replace: true, resetScroll: false })
          }
        />
      )}
    </Page>
  )
}

function Figures({
  insights,
  chosen,
  onChoose,
}: {
  insights: Insights
  chosen: MeasureLook
  onChoose: (measure: MeasureLook) => void
}) {
  return (
    <>
      {groups.map(({ title, measures }) => (
        <Section key={title} title={title}>
          <div className={styles.tiles}>
            {measures.map((measure) => (
              <MeasureTile
                key={measure.name}
                measure={measure}
                insights={insights}
                chosen={measure === chosen}
                onChoose={() => onChoose(measure)}
              />
            ))}
          </div>
        </Section>
      ))}
      <MeasureByDay measure={chosen} insights={insights} />
      <RepositoryTable insights={insights} chosen={chosen} />
    </>
  )
}

const isEmpty = ({ now, before }: Insights) =>
  [now, before].every(({ merged, ci_runs, deployments }) => merged + ci_runs + deployments === 0)
