import type { Permission } from './emulate-account-rows.ts'
import type { RepositoryRow } from './emulate-rows.ts'
import { organisation, type Person, people, rightOf } from './people.ts'
import { day, hour, insertAt, type PlantedRepository, type Planting } from './planting.ts'
import type { RepositorySeed } from './seed/read-seed.ts'

const labels: Array<[name: string, colour: string, description: string]> = [
  ['bug', 'd73a4a', 'Something does not work'],
  ['enhancement', 'a2eeef', 'Something new or better'],
  ['performance', 'fbca04', 'Too slow, too large, too hungry'],
  ['documentation', '0075ca', 'Words and pictures'],
  ['question', 'd876e3', 'Somebody needs an answer'],
  ['security', 'b60205', 'Somebody could do what they should not'],
  ['regression', 'e99695', 'It worked before'],
  ['dependencies', '0366d6', 'Other people’s code'],
  ['good first issue', '7057ff', 'Small, clear, and somebody helps'],
  ['needs triage', 'ededed', 'Nobody has looked yet'],
  ['blocked', '5c5c5c', 'Waits for something else'],
]

/** Plants the people, the organisation and who belongs to it. Returns the people with their ids, by login. */
export function plantPeople({ rows, now }: Pick<Planting, 'rows' | 'now'>): Planting['members'] {
  // emulate brings a ghost and an admin; nobody may sign in as them
  for (const user of rows.users.all()) rows.users.delete(user.id)
  const founded = new Date(now.getTime() - 900 * day)
  const members = new Map<string, Person & { id: number }>()
  for (const [index, person] of people.entries()) {
    const joined = new Date(founded.getTime() + index * 71 * day)
    const user = insertAt(
      rows.users,
      'User',
      {
        login: person.login,
        avatar_url: '',
        gravatar_id: '',
        type: 'User',
        site_admin: false,
        name: person.name,
        company: person.role === 'outsider' ? null : organisation.name,
        blog: '',
        location: person.location,
        email: person.email,
        hireable: null,
        bio: person.bio,
        twitter_username: null,
        public_repos: 0,
        public_gists: 0,
        followers: 12 * (people.length - index),
        following: 7 + index,
      },
      joined,
    )
    members.set(person.login, { ...person, id: user.id })
  }
  plantOrganisation(rows, members, founded)
  return members
}

function plantOrganisation(rows: Planting['rows'], members: Planting['members'], founded: Date) {
  const org = insertAt(
    rows.orgs,
    'Organization',
    {
      login: organisation.login,
      name: organisation.name,
      description: organisation.description,
      company: null,
      blog: '',
      location: organisation.location,
      email: organisation.email,
      twitter_username: null,
      is_verified: true,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 61,
      following: 0,
      members_can_create_repositories: false,
      default_repository_permission: 'read',
      billing_email: organisation.email,
    },
    founded,
  )
  const team = insertAt(
    rows.teams,
    'Team',
    {
      name: 'Members',
      slug: 'members',
      description: null,
      privacy: 'closed',
      permission: 'pull',
      org_id: org.id,
      parent_id: null,
      members_count: 1,
      repos_count: 0,
    },
    founded,
  )
  // emulate takes every member of the organisation for an administrator, so that only the owner is one;
  // everybody else gets rights repository by repository
  for (const member of members.values()) {
    if (member.role !== 'owner') continue
    insertAt(
      rows.teamMembers,
      'TeamMember',
      { team_id: team.id, user_id: member.id, role: 'maintainer' },
      founded,
    )
  }
}

/** Plants a repository without content: its row, rights, labels and milestones. */
export function plantRepository(planting: Planting, seed: RepositorySeed): PlantedRepository {
  const { rows, now, members } = planting
  const created = new Date(now.getTime() - seed.weeks * 7 * day - 5 * hour)
  const org = rows.orgs.findOneBy('login', organisation.login)!
  const row = insertAt(rows.repos, 'Repository', repositoryRow(seed, org.id), created)
  if (!seed.private) org.public_repos += 1

  const readers: PlantedRepository['readers'] = []
  for (const member of members.values()) {
    const right = rightOf(member, seed.name)
    if (right === null) continue
    readers.push({ ...member, right })
    insertAt(
      rows.collaborators,
      'Collaborator',
      { repo_id: row.id, user_id: member.id, permission: right satisfies Permission },
      created,
    )
  }
  const labelIds = new Map(
    labels.map(([name, color, description], index) => [
      name,
      insertAt(
        rows.labels,
        'Label',
        { repo_id: row.id, name, color, description, default: index < 9 },
        created,
      ).id,
    ]),
  )
  const milestoneIds = seed.milestones.map(
    (title, index) =>
      insertAt(
        rows.milestones,
        'Milestone',
        {
          repo_id: row.id,
          number: index + 1,
          title,
          description: null,
          state: 'open',
          open_issues: 0,
          closed_issues: 0,
          due_on: new Date(now.getTime() + (index + 1) * 21 * day).toISOString(),
          closed_at: null,
          creator_id: readers[0]!.id,
        },
        created,
      ).id,
  )
  return { row, labelIds, milestoneIds, readers }
}

function repositoryRow(seed: RepositorySeed, ownerId: number): Omit<RepositoryRow, 'node_id'> {
  return {
    name: seed.name,
    full_name: `${organisation.login}/${seed.name}`,
    owner_id: ownerId,
    owner_type: 'Organization',
    private: seed.private ?? false,
    description: seed.description,
    fork: false,
    forked_from_id: null,
    homepage: seed.homepage ?? null,
    language: seed.language,
    languages: seed.languages,
    forks_count: Math.round(seed.stars / 9),
    stargazers_count: seed.stars,
    watchers_count: seed.stars,
    size: Math.round(Object.values(seed.languages).reduce((sum, bytes) => sum + bytes, 0) / 1024),
    default_branch: 'main',
    open_issues_count: 0,
    topics: seed.topics,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: seed.private ? 'private' : 'public',
    pushed_at: null,
    allow_rebase_merge: false,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: false,
    delete_branch_on_merge: true,
    allow_forking: true,
    is_template: false,
    license: null,
  }
}
