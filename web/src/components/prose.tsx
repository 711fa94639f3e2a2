import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { setupQuery } from '../data/queries.ts'
import { patient } from '../offline/patient.ts'
import styles from './prose.module.css'

const Markdown = lazy(patient(() => import('../markdown/markdown.tsx')))

/** GitHub takes no longer texts. */
const LONGEST = 65_536

/** What people wrote on GitHub, in the repository `fullName`. Its words are there at once, their Markdown soon after. */
export function Prose({ text, fullName }: { text: string | null; fullName: string }) {
  const github = useQuery(setupQuery).data?.github_url
  if (!text?.trim()) return <p className={styles.nothing}>No description provided.</p>
  const plain = <p className={styles.plain}>{text}</p>
  return (
    <div className={styles.prose}>
      {github && text.length <= LONGEST ? (
        <Suspense fallback={plain}>
          <Markdown text={text} place={{ github, repository: fullName }} plain={plain} />
        </Suspense>
      ) : (
        plain
      )}
    </div>
  )
}
