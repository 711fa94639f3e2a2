import { DownloadIcon, TagIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Release } from '../../../../contract/releases.ts'
import { ConfirmDelete } from '../../acting/confirm-delete.tsx'
import { dropDraft, useReleaseDrafts } from '../../acting/release-drafts.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { List } from '../../components/list.tsx'
import { Prose } from '../../components/prose.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { dropItem, useActs, useRights } from '../../data/acts.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import manage from './manage.module.css'
import styles from './releases.module.css'

/** What was released of the repository, the newest first, with its notes and what can be downloaded. */
export function ReleasesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/releases' })
  const fullName = `${owner}/${repo}`
  const releases = useInfiniteQuery(plainQuery('release', fullName))
  const { may } = useRights(fullName)
  const { drafts } = useReleaseDrafts(fullName)
  return (
    <>
      {may('release.create') && (
        <div className={manage.bar}>
          <LinkButton to="/repos/$owner/$repo/releases/edit" params={{ owner, repo }} variant="primary">
            Draft a release
          </LinkButton>
        </div>
      )}
      {drafts.length > 0 && (
        <ul aria-label="Drafts" className={manage.list}>
          {drafts.map((draft) => (
            <li key={draft.id} className={manage.item}>
              <span className={manage.name}>
                {draft.name || draft.tag_name} <Label>Draft</Label>
              </span>
              <ReleaseActions release={draft} fullName={fullName} />
            </li>
          ))}
        </ul>
      )}
      <List
        label="Releases"
        query={releases}
        identity={(release) => release.id}
        row={(release, fresh) => <ReleaseRow release={release} fullName={fullName} fresh={fresh} />}
        empty={
          <EmptyState icon={TagIcon} title="No releases yet">
            A release appears here once it is published on GitHub.
          </EmptyState>
        }
      />
    </>
  )
}

/** Edits and deletes a release, for whoever may. */
function ReleaseActions({ release, fullName }: { release: Release; fullName: string }) {
  const subject = { fullName, number: 0 }
  const [owner = '', repo = ''] = fullName.split('/')
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const { id, tag_name } = release
  if (!may('release.edit')) return null
  return (
    <span className={manage.above}>
      <LinkButton
        to="/repos/$owner/$repo/releases/edit"
        params={{ owner, repo }}
        search={{ id }}
        size="small"
        variant="invisible"
      >
        Edit {tag_name}
      </LinkButton>
      <ConfirmDelete
        what={`release ${tag_name}`}
        onDelete={() =>
          wish({
            name: 'release.delete',
            values: { id },
            label: `delete the release ${tag_name}`,
            onDone: () => {
              dropItem('release', id, subject)
              dropDraft(fullName, id)
            },
          })
        }
      >
        Its notes and files are gone for good; its tag stays.
      </ConfirmDelete>
    </span>
  )
}

function ReleaseRow({ release, fullName, fresh }: { release: Release; fullName: string; fresh: boolean }) {
  const { name, tag_name, html_url, prerelease, author, published_at, created_at, body, assets } = release
  return (
    <>
      <OutsideRow
        icon={<TagIcon />}
        title={name || tag_name}
        href={html_url}
        labels={prerelease && <Label variant="attention">Pre-release</Label>}
        changed={release.updated_at}
        fresh={fresh}
        meta={
          <span>
            {author?.login ?? 'ghost'} released <RelativeTime at={published_at ?? created_at} />
          </span>
        }
        trailing={
          <>
            {name && name !== tag_name && <code>{tag_name}</code>}
            <ReleaseActions release={release} fullName={fullName} />
          </>
        }
      />
      {(body || assets.length > 0) && (
        <details className={styles.notes}>
          <summary>Notes{assets.length > 0 && ` and ${filesOf(assets.length)}`}</summary>
          <Prose text={body} fullName={fullName} />
          {assets.length > 0 && (
            <ul className={styles.assets} aria-label={`Files of ${tag_name}`}>
              {assets.map((asset) => (
                <li key={asset.id}>
                  <a href={asset.browser_download_url} rel="noreferrer">
                    <DownloadIcon size={12} /> {asset.name}
                  </a>{' '}
                  <span className={styles.size}>{sizeOf(asset.size)}</span>
                </li>
              ))}
            </ul>
          )}
        </details>
      )}
    </>
  )
}

const filesOf = (count: number) => (count === 1 ? '1 file' : `${count} files`)
const units = ['bytes', 'KB', 'MB', 'GB']

function sizeOf(bytes: number): string {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), units.length - 1)
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
