import { type Static, Type } from 'typebox'
import { Nullable } from './common.ts'

/** Somebody who may do something in a repository: given it alone, by a team, or as an owner. */
export const Collaborator = Type.Object(
  {
    id: Type.Integer({ description: 'Of the account' }),
    login: Type.String(),
    avatar_url: Nullable(Type.String()),
    role_name: Type.String({
      description: '`read`, `triage`, `write`, `maintain`, `admin`, or a role that the organisation made',
    }),
  },
  { $id: 'Collaborator' },
)
export type Collaborator = Static<typeof Collaborator>

/** A team that may do something in a repository. */
export const RepositoryTeam = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    slug: Type.String({ description: 'Its name in addresses and mentions' }),
    description: Nullable(Type.String()),
    permission: Type.String({ description: '`pull`, `triage`, `push`, `maintain`, `admin`' }),
    html_url: Nullable(Type.String()),
  },
  { $id: 'RepositoryTeam' },
)
export type RepositoryTeam = Static<typeof RepositoryTeam>
