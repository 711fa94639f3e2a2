export function IssuesTab() {
  return null
}
