export function PullRequestsPage() {
  return null
}
