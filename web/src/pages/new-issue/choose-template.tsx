import { AlertIcon, IssueOpenedIcon, LinkExternalIcon } from '@primer/octicons-react'
import { reaches } from '../../../../contract/acts/act.ts'
import type { IssueTemplate, IssueTemplates } from '../../../../contract/templates.ts'
import { OutsideRow, Row } from '../../components/row.tsx'
import { repositoryQuery } from '../../data/queries.ts'
import { queryClient } from '../../data/query-client.ts'
import styles from './choose-template.module.css'

/** GitHub's own word in the address for an issue without a template. */
export const BLANK = 'Blank issue'

/** What a repository offers whoever opens an issue: its templates and forms, other places, and an empty page. */
export function ChooseTemplate({ fullName, offered }: { fullName: string; offered: IssueTemplates }) {
  const { templates, contact_links, blank_issues_enabled } = offered
  const [owner = '', repo = ''] = fullName.split('/')
  const permission = queryClient.getQueryData(repositoryQuery(fullName).queryKey)?.permission ?? 'pull'
  const mayBlank = blank_issues_enabled || reaches(permission, 'push')
  const row = (search: string, words: { title: string; meta: string }) => (
    <Row
      icon={<IssueOpenedIcon />}
      to="/repos/$owner/$repo/issues/new"
      params={{ owner, repo }}
      search={{ template: search }}
      {...words}
    />
  )
  return (
    <ul aria-label="Templates" className={styles.templates}>
      {templates.map((template) => (
        <li key={template.file}>
          {template.problem === null ? (
            row(template.file, { title: template.name, meta: template.about })
          ) : (
            <Unusable template={template} problem={template.problem} />
          )}
        </li>
      ))}
      {contact_links.map(({ name, url, about }) => (
        <li key={url}>
          <OutsideRow icon={<LinkExternalIcon />} title={name} meta={about} href={url} />
        </li>
      ))}
      {mayBlank && (
        <li>
          {row(BLANK, {
            title: 'Blank issue',
            meta: blank_issues_enabled
              ? 'Without a template'
              : 'Without a template; only those who may push to the repository can',
          })}
        </li>
      )}
    </ul>
  )
}

function Unusable({ template, problem }: { template: IssueTemplate; problem: string }) {
  return (
    <p className={styles.unusable}>
      <AlertIcon /> <code>{template.file}</code> cannot be used: {problem}
    </p>
  )
}
