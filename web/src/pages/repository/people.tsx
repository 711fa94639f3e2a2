import { LockIcon, PeopleIcon, PersonIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Collaborator, RepositoryTeam } from '../../../../contract/repository-people.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { Avatar } from '../../components/person.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { readable } from '../../components/state-icon.tsx'
import { plainQuery } from '../../data/plain-queries.ts'
import { repositoryQuery } from '../../data/queries.ts'
import styles from './people.module.css'

/** Rights that GitHub lets see who else has any. */
const SEEING: ReadonlySet<string | null | undefined> = new Set(['push', 'maintain', 'admin'])

/** Who may do something in the repository: its teams, and each person. */
export function PeopleTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/people' })
  const fullName = `${owner}/${repo}`
  const repository = useQuery(repositoryQuery(fullName)).data
  const enabled = SEEING.has(repository?.permission)
  const teams = useInfiniteQuery({ ...plainQuery('repository_team', fullName), enabled })
  const people = useInfiniteQuery({ ...plainQuery('collaborator', fullName, { limit: 100 }), enabled })
  if (repository && !enabled) {
    return (
      <EmptyState icon={LockIcon} title="Who works here is not shown to you">
        GitHub tells it to those who may push to the repository.
      </EmptyState>
    )
  }
  const web = repository && new URL(repository.html_url).origin
  return (
    <>
      <h2 className={styles.heading}>Teams</h2>
      <List
        label="Teams"
        query={teams}
        identity={(team) => team.id}
        row={(team, fresh) => <TeamRow team={team} fresh={fresh} />}
        empty={
          <EmptyState icon={PeopleIcon} title="No team works here">
            A team of the organisation appears here once it is given a right to the repository.
          </EmptyState>
        }
      />
      <h2 className={styles.heading}>People</h2>
      <List
        label="People"
        query={people}
        identity={(person) => person.id}
        row={(person, fresh) => <PersonRow person={person} web={web} fresh={fresh} />}
        empty={
          <EmptyState icon={PersonIcon} title="Nobody is known yet">
            Whoever is invited to the repository appears here.
          </EmptyState>
        }
      />
    </>
  )
}

function TeamRow({ team, fresh }: { team: RepositoryTeam; fresh: boolean }) {
  return (
    <OutsideRow
      icon={<PeopleIcon />}
      title={team.name}
      href={team.html_url ?? undefined}
      changed={team.permission}
      fresh={fresh}
      meta={team.description && <span>{team.description}</span>}
      trailing={<Label>{words[team.permission] ?? readable(team.permission)}</Label>}
    />
  )
}

function PersonRow({
  person,
  web,
  fresh,
}: {
  person: Collaborator
  web: string | undefined
  fresh: boolean
}) {
  const { login, role_name } = person
  return (
    <OutsideRow
      icon={<Avatar person={person} size={20} />}
      title={login}
      href={web && `${web}/${login}`}
      changed={role_name}
      fresh={fresh}
      trailing={role_name !== '' && <Label>{readable(role_name)}</Label>}
    />
  )
}

/** GitHub calls the rights of teams otherwise than those of people. */
const words: Readonly<Record<string, string>> = { pull: 'Read', push: 'Write' }
