export function PullRequestsTab() {
  return null
}
