export type Ask = (path: string) => Promise<unknown>

/** Items of a list whose own lists are looked at: as many of its first as of its last. */
const some = 6

/** Lists below a repository that need no number. */
const lists = [
  ...['assignees', 'branches', 'collaborators', 'teams', 'environments', 'labels', 'milestones?state=all'],
  ...['code-scanning/alerts', 'dependabot/alerts', 'secret-scanning/alerts', 'rulesets', 'tags', 'releases'],
  ...['issues/comments', 'pulls/comments', 'actions/workflows'],
]

/**
 * Asks a GitHub everything that the hub reads of a repository, what hangs under some things included; what it
 * does not have (`ask` gives undefined) is left out. Answers by address.
 */
export async function readAddresses(ask: Ask, fullName: string): Promise<Map<string, unknown>> {
  const answers = new Map<string, unknown>()
  const look = async (path: string) => {
    const body = await ask(path)
    if (body !== undefined) answers.set(path, body)
    return body
  }
  const below = `/repos/${fullName}`
  const items = async (path: string, wrappedAs?: string) => {
    const body = await look(`${below}/${path}`)
    const list = wrappedAs ? (body as Record<string, unknown> | undefined)?.[wrappedAs] : body
    const all = (list ?? []) as Record<string, unknown>[]
    return all.length > some ? [...all.slice(0, some / 2), ...all.slice(-some / 2)] : all
  }

  await look('/user')
  await look('/user/repos?per_page=100')
  await look(below)
  for (const list of lists) await look(`${below}/${list}`)
  for (const { sha } of await items('commits')) {
    await items(`commits/${sha}/statuses`)
    for (const { id } of await items(`commits/${sha}/check-runs`, 'check_runs'))
      await items(`check-runs/${id}/annotations`)
  }
  for (const { id } of await items('deployments')) await items(`deployments/${id}/statuses`)
  for (const { number } of await items('pulls?state=all')) {
    await look(`${below}/pulls/${number}`)
    for (const list of ['reviews', 'commits', 'files']) await items(`pulls/${number}/${list}`)
  }
  for (const { number } of await items('issues?state=all&per_page=100')) {
    await look(`${below}/issues/${number}`)
    for (const list of ['timeline', 'sub_issues', 'dependencies/blocked_by', 'dependencies/blocking'])
      await items(`issues/${number}/${list}`)
  }
  for (const { id } of await items('actions/runs', 'workflow_runs'))
    for (const list of ['artifacts', 'jobs', 'pending_deployments'])
      await look(`${below}/actions/runs/${id}/${list}`)
  for (const { id } of await items('hooks'))
    for (const delivery of await items(`hooks/${id}/deliveries`))
      await look(`${below}/hooks/${id}/deliveries/${delivery.id}`)
  return answers
}
