// Rows of emulate's GitHub (emulate-rows.ts) that are about accounts.

export type Permission = 'pull' | 'triage' | 'push' | 'maintain' | 'admin'

export interface UserRow {
  login: string
  node_id: string
  avatar_url: string
  gravatar_id: string
  type: 'User' | 'Bot'
  site_admin: boolean
  name: string | null
  company: string | null
  blog: string
  location: string | null
  email: string | null
  hireable: boolean | null
  bio: string | null
  twitter_username: string | null
  public_repos: number
  public_gists: number
  followers: number
  following: number
}

export interface OrganisationRow {
  login: string
  node_id: string
  name: string | null
  description: string | null
  company: string | null
  blog: string
  location: string | null
  email: string | null
  twitter_username: string | null
  is_verified: boolean
  has_organization_projects: boolean
  has_repository_projects: boolean
  public_repos: number
  public_gists: number
  followers: number
  following: number
  members_can_create_repositories: boolean
  default_repository_permission: string
  billing_email: string | null
}

export interface TeamRow {
  node_id: string
  name: string
  slug: string
  description: string | null
  privacy: 'closed' | 'secret'
  permission: Permission
  org_id: number
  parent_id: number | null
  members_count: number
  repos_count: number
}
