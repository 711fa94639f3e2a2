/** GitHub as one user may use it; the client behind it holds the token, the limits and the retries. */
export interface GithubActor {
  /**
   * One REST request, for example `('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { … })`.
   * Throws the `github_…` errors of the table.
   */
  request(
    route: string,
    parameters: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<{ status: number; data: unknown }>
}

/** Throws `github_not_connected` for a user whose token is missing or refused. */
export type GithubActorOf = (userId: string) => Promise<GithubActor>
