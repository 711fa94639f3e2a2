import { useQuery } from '@tanstack/react-query'
import type { PullRequest, Review } from '../../../contract/mirror.ts'
import { Property } from '../components/page.tsx'
import { Avatar, Person } from '../components/person.tsx'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { Picker } from './picker.tsx'
import { assigneesQuery } from './queries.ts'
import styles from './reviewers.module.css'

/** Who was asked for a review and who has given one; who may asks others. */
export function Reviewers({
  subject,
  pull,
  reviews,
}: {
  subject: Subject
  pull: PullRequest
  reviews: readonly Review[]
}) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = pull.state === 'open' && may('pull.ask-reviewers')
  const people = useQuery({ ...assigneesQuery(subject.fullName), enabled: allowed })
  const known = (people.data ?? []).filter(({ login }) => login !== pull.user?.login)
  const verdicts = new Map(reviews.map((review) => [review.user?.login, review]))
  const asked = pull.requested_reviewers.map(({ login }) => login)
  const pick = (next: readonly string[]) => {
    const added = next.filter((login) => !asked.includes(login))
    const dropped = asked.filter((login) => !next.includes(login))
    const shown = (held: object) => ({
      ...held,
      requested_reviewers: next.map(
        (login) => known.find((person) => person.login === login) ?? { login, avatar_url: null },
      ),
    })
    const label = `ask for a review of #${subject.number}`
    if (added.length > 0) wish({ name: 'pull.ask-reviewers', body: { reviewers: added }, label, shown })
    if (dropped.length > 0) wish({ name: 'pull.drop-reviewers', body: { reviewers: dropped }, label, shown })
  }
  return (
    <Property
      name="Reviewers"
      aside={
        allowed && (
          <Picker
            title="Reviewers"
            options={known.map((person) => ({
              id: person.login,
              text: person.login,
              visual: () => <Avatar person={person} size={20} />,
            }))}
            loading={people.isPending}
            onOpen={() => void people.refetch()}
            chosen={asked}
            onPick={pick}
          />
        )
      }
    >
      {pull.requested_reviewers.map((person) => (
        <span key={person.login} className={styles.reviewer}>
          <Person person={person} size={20} /> <span>asked</span>
        </span>
      ))}
      {[...verdicts].map(([login, review]) => (
        <span key={login ?? review.id} className={styles.reviewer}>
          <Person person={review.user} size={20} />
          <span>{review.state.replace('_', ' ').toLowerCase()}</span>
        </span>
      ))}
      {pull.requested_teams.map((team) => (
        <span key={team} className={styles.reviewer}>
          <span>{team}</span> <span>asked</span>
        </span>
      ))}
      {pull.requested_reviewers.length + pull.requested_teams.length + verdicts.size === 0 && 'Nobody'}
    </Property>
  )
}
