export function BranchesTab() {
  return null
}
