/** One step of the way to a page, as the top bar shows it. */
export interface Crumb {
  /** A word, or what reads a name from the cache: the name shows once it is known. */
  label: string | (() => string | undefined)
  to?: string
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The way to the page, from its parameters. */
    crumbs?: (params: Record<string, string>) => Crumb[]
  }
}

type RepositoryParams = Record<string, string>

export const fullNameOf = ({ owner, repo }: { owner?: string; repo?: string }) => `${owner}/${repo}`

/** The way to a repository. */
export const repositoryCrumbs = ({ owner, repo }: RepositoryParams): Crumb[] => [
  { label: 'Repositories', to: '/repos' },
  { label: `${owner}/${repo}`, to: `/repos/${owner}/${repo}` },
]

/** The way to one side of a repository, `within('Issues', 'issues')`. */
export const within = (label: string, path: string) => (params: RepositoryParams) => [
  ...repositoryCrumbs(params),
  { label, to: `/repos/${params.owner}/${params.repo}/${path}` },
]
