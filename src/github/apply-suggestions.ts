import {
  applyEdits,
  type Edit,
  editOf,
  messageOf,
  type SuggestingComment,
  suggestionsIn,
} from '../domain/apply-edits.ts'
import {
  type Fields,
  fieldsOf,
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { coded } from '../errors.ts'
import { type ActCall, type Sent, timeOfAnswer } from './act-call.ts'
import type { GithubClient } from './create-client.ts'
import { type GitPlace, readGitFile } from './git-files.ts'

interface Plan {
  place: GitPlace
  ref: string
  /** The tree of the commit that was looked at. */
  tree: string
  files: readonly { path: string; mode: string; content: string }[]
  message: string
}

/**
 * Makes one commit of some suggestions on the head of a pull request, with the person's own token: refused when the head
 * is another commit than the one that was looked at (`sha`), or the lines are others. GitHub moves the branch only
 * forward, so that what was pushed meanwhile is never lost.
 * https://docs.github.com/en/rest/git
 */
export async function applySuggestions(client: GithubClient, call: ActCall): Promise<Sent> {
  const { signal, sha } = asked(call)
  const pull = await readPull(client, call)
  if (pull.state !== 'open') throw refusal('The pull request is not open any more.')
  if (pull.sha !== sha)
    throw refusal('The head of the pull request has moved on since you looked: look at it again.')
  const { place, ref, tree: base_tree, files, message } = await plan(client, call, pull)
  const { owner, repo } = place
  const request = { signal }
  const tree = await client.request('POST /repos/{owner}/{repo}/git/trees', {
    ...{ owner, repo, base_tree, request },
    tree: files.map(({ path, mode, content }) => ({ path, mode: mode as '100644', type: 'blob', content })),
  })
  const commit = await client.request('POST /repos/{owner}/{repo}/git/commits', {
    ...{ owner, repo, message, tree: tree.data.sha, parents: [sha], request },
  })
  const { headers } = await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...{ owner, repo, ref: `heads/${ref}`, sha: commit.data.sha, force: false, request },
  })
  return { data: null, at: timeOfAnswer(headers), nodes: {} }
}

/**
 * The commit that an earlier try made: the one of this person that follows what was looked at, with the same message and
 * what was suggested in it. The comments themselves may be outdated by it.
 */
export async function findApplied(
  client: GithubClient,
  call: ActCall,
): Promise<{ data: unknown } | undefined> {
  const { signal, sha, suggestions, message } = asked(call)
  const { place, ...pull } = await readPull(client, call)
  if (pull.sha === sha || place === null) return undefined
  const { owner, repo } = place
  const comments: SuggestingComment[] = []
  for (const { comment } of suggestions) comments.push(await readComment(client, call, comment))
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits', {
    ...{ owner, repo, sha: pull.sha, per_page: 100 },
    request: { signal },
  })
  const next = data.find(({ parents }) => parents.some((parent) => parent.sha === sha))
  const about = { login: call.login, count: suggestions.length, message, host: pull.host }
  const isTheirs = (next?.author?.login ?? call.login).toLowerCase() === call.login.toLowerCase()
  if (!next || !isTheirs || next.commit.message !== messageOf(authorsOf(comments), about)) return undefined
  for (const [at, { part = 0 }] of suggestions.entries()) {
    const { path, body } = comments[at]!
    const words = suggestionsIn(body)[part]?.join('\n') ?? ''
    const now = await readGitFile(client, place, { commit: next.sha, path, signal })
    if (!now?.text.replaceAll('\r', '').includes(words)) return undefined
  }
  return { data: null }
}

interface Pull {
  state: string
  sha: string
  ref: string
  /** Where its branch is; null: nowhere any more. */
  place: GitPlace | null
  /** Of GitHub's pages: people's addresses are of it. */
  host: string
}

async function plan(client: GithubClient, call: ActCall, { place, ref, host }: Pull): Promise<Plan> {
  if (!place) throw refusal('The repository of the branch is gone.')
  const { signal, sha, suggestions, message } = asked(call)
  const edits: Edit[] = []
  const comments: SuggestingComment[] = []
  for (const { comment: id, part = 0 } of suggestions) {
    const comment = await readComment(client, call, id)
    const edit = editOf(comment, part)
    if (typeof edit === 'string') throw refusal(edit)
    edits.push(edit)
    comments.push(comment)
  }
  const files: Plan['files'][number][] = []
  let tree = ''
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const file = await readGitFile(client, place, { commit: sha, path, signal })
    if (!file) throw refusal(`${path} is outdated: it is no text file of the head any more.`)
    const edited = applyEdits(
      file.text,
      edits.filter((edit) => edit.path === path),
    )
    if (typeof edited === 'string') throw refusal(edited)
    if (edited.text === file.text)
      throw refusal(`The suggestion on ${path} changes nothing: it says what is there.`)
    files.push({ path, mode: file.mode, content: edited.text })
    tree = file.tree
  }
  const about = { login: call.login, count: suggestions.length, message, host }
  return { place, ref, tree, files, message: messageOf(authorsOf(comments), about) }
}

const authorsOf = (comments: readonly SuggestingComment[]) => comments.flatMap(({ user }) => user ?? [])

function asked({ values, body, signal }: ActCall) {
  const { sha, suggestions, message } = body as {
    sha: string
    suggestions: readonly { comment: number; part?: number }[]
    message?: string
  }
  return { signal, sha, suggestions, message, number: Number(values.number) }
}

async function readPull(client: GithubClient, { values, signal }: ActCall): Promise<Pull> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ owner: String(values.owner), repo: String(values.repo), pull_number: Number(values.number) },
    request: { signal },
  })
  const pull = fieldsOf(data, 'pull_request')
  const head = objectIn(pull, 'head')
  const repo = optionalObjectIn(head, 'repo')
  const [owner = '', name = ''] = repo ? textIn(repo, 'full_name').split('/') : []
  return {
    state: textIn(pull, 'state'),
    sha: textIn(head, 'sha'),
    ref: textIn(head, 'ref'),
    place: repo && { owner, repo: name },
    host: new URL(textIn(pull, 'html_url')).hostname,
  }
}

async function readComment(client: GithubClient, call: ActCall, id: number): Promise<SuggestingComment> {
  const { owner, repo } = call.values
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', {
    ...{ owner: String(owner), repo: String(repo), comment_id: id },
    request: { signal: call.signal },
  })
  const comment: Fields = fieldsOf(data, 'comment')
  if (!textIn(comment, 'pull_request_url').endsWith(`/pulls/${call.values.number}`))
    throw refusal(`The comment ${id} is not of this pull request.`)
  const user = optionalObjectIn(comment, 'user')
  return {
    id,
    path: textIn(comment, 'path'),
    body: textIn(comment, 'body'),
    diff_hunk: optionalTextIn(comment, 'diff_hunk') ?? '',
    line: optionalIntegerIn(comment, 'line', null),
    start_line: optionalIntegerIn(comment, 'start_line', null),
    side: optionalTextIn(comment, 'side'),
    user: user && { login: textIn(user, 'login'), id: integerIn(user, 'id') },
  }
}

const refusal = (words: string) => coded('github_unprocessable', words)
