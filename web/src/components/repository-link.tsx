import { Link } from '@tanstack/react-router'

/** A repository's full name, leading to its page. */
export function RepositoryLink({ fullName }: { fullName: string }) {
  const [owner = '', repo = ''] = fullName.split('/')
  return (
    <Link to="/repos/$owner/$repo" params={{ owner, repo }}>
      {fullName}
    </Link>
  )
}
