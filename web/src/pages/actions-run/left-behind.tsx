import { AlertIcon, DownloadIcon, InfoIcon, PackageIcon, XCircleIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useMutation, useQueries, useQuery } from '@tanstack/react-query'
import type { Annotation, Artifact } from '../../../../contract/actions.ts'
import type { ActionsJob, ActionsRun } from '../../../../contract/mirror.ts'
import { RelativeTime } from '../../components/relative-time.tsx'
import { annotationsQuery, artifactsQuery } from '../../data/actions-queries.ts'
import { api } from '../../data/api.ts'
import { saveFile } from '../../data/save-file.ts'
import styles from './actions-run.module.css'

/** So many jobs are asked for what they say about files. */
const MOST_JOBS = 10

/** What failed jobs say about places in files. */
export function Annotations({ fullName, jobs }: { fullName: string; jobs: readonly ActionsJob[] }) {
  const failed = jobs.filter(({ status, conclusion }) => status === 'completed' && conclusion === 'failure')
  const answers = useQueries({
    queries: failed.slice(0, MOST_JOBS).map((job) => annotationsQuery(fullName, job.id)),
  })
  const told = answers.flatMap(({ data }, at) =>
    (data ?? []).map((annotation) => ({ annotation, job: failed[at]! })),
  )
  if (told.length === 0) return null
  return (
    <section className={styles.left} aria-label="Annotations">
      <h2 className={styles.panelTitle}>Annotations</h2>
      <ul className={styles.list}>
        {told.map(({ annotation, job }) => (
          <li
            key={`${job.id} ${annotation.path} ${annotation.start_line} ${annotation.message}`}
            className={styles.item}
          >
            <Level annotation={annotation} />
            <span className={styles.name}>
              {annotation.message}
              <span className={styles.quiet}>
                {' '}
                {job.name} · <code>{annotation.path}</code> line {annotation.start_line}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Level({ annotation: { annotation_level } }: { annotation: Annotation }) {
  if (annotation_level === 'failure') return <XCircleIcon aria-label="Error" className={styles.failure} />
  if (annotation_level === 'warning') return <AlertIcon aria-label="Warning" className={styles.warning} />
  return <InfoIcon aria-label="Notice" />
}

/** What a run left behind to be taken along. */
export function Artifacts({ fullName, run }: { fullName: string; run: ActionsRun }) {
  const { data = [] } = useQuery({
    ...artifactsQuery(fullName, run.id, run.run_attempt),
    enabled: run.status === 'completed',
  })
  if (data.length === 0) return null
  return (
    <section className={styles.left} aria-label="Artifacts">
      <h2 className={styles.panelTitle}>Artifacts</h2>
      <ul className={styles.list}>
        {data.map((artifact) => (
          <OneArtifact key={artifact.id} fullName={fullName} artifact={artifact} />
        ))}
      </ul>
    </section>
  )
}

function OneArtifact({ fullName, artifact }: { fullName: string; artifact: Artifact }) {
  const { id, name, size_in_bytes, expired, expires_at } = artifact
  const take = useMutation({
    mutationFn: async () => {
      const answer = await api.raw(`/repos/${fullName}/actions/artifacts/${id}/zip`)
      saveFile(`${name}.zip`, await answer.blob())
    },
  })
  return (
    <li className={styles.item}>
      <PackageIcon />
      <span className={styles.name}>
        {name}{' '}
        <span className={styles.quiet}>
          {sizeOf(size_in_bytes)}
          {expired && ', expired'}
          {!expired && expires_at && (
            <>
              , expires <RelativeTime at={expires_at} />
            </>
          )}
        </span>
        {take.isError && (
          <span className={styles.failure} role="status">
            {' '}
            {take.error.message}
          </span>
        )}
      </span>
      <Button
        size="small"
        leadingVisual={DownloadIcon}
        disabled={expired}
        loading={take.isPending}
        aria-label={`Download ${name}`}
        onClick={() => take.mutate()}
      >
        Download
      </Button>
    </li>
  )
}

function sizeOf(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 3)
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
