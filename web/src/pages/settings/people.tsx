export function PeopleTab() {
  return null
}
