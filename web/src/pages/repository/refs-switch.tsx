import { GitBranchIcon, TagIcon } from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import styles from './refs-switch.module.css'

/** From the branches of a repository to its tags, and back. */
export function RefsSwitch(params: { owner: string; repo: string }) {
  return (
    <nav className={styles.switch} aria-label="Branches and tags">
      <Link to="/repos/$owner/$repo/branches" params={params} className={styles.side}>
        <GitBranchIcon /> Branches
      </Link>
      <Link to="/repos/$owner/$repo/tags" params={params} className={styles.side}>
        <TagIcon /> Tags
      </Link>
    </nav>
  )
}
