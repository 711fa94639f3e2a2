import { describe, expect, it } from 'vitest'
import { send, startGithubServer } from '../support/github-server.ts'
import { connect } from './answering-github.ts'

describe('where credentials go', () => {
  it('follows a renamed repository on the same host', async () => {
    await using hub = await connect()
    hub.server.instead(/old/, (_, response) => {
      response.writeHead(301, { location: `${hub.server.url}/user` })
      response.end()
    })
    await expect(hub.client.request('GET /repos/acme/old')).resolves.toMatchObject({
      data: { login: 'octocat' },
    })
  })

  it('follows no redirect to another host', async () => {
    await using hub = await connect()
    await using elsewhere = await startGithubServer()
    hub.server.instead(/./, (_, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/user` })
      response.end()
    })
    await expect(hub.client.request('GET /user')).rejects.toMatchObject({ code: 'github_forbidden' })
    expect(elsewhere.asked).toEqual([])
  })

  it('sends no write on to where a redirect points', async () => {
    await using hub = await connect()
    hub.server.instead(/POST/, (_, response) => {
      response.writeHead(307, { location: `${hub.server.url}/user` })
      response.end()
    })
    const write = hub.client.request('POST /repos/{owner}/{repo}/issues', {
      owner: 'a',
      repo: 'b',
      title: 'c',
    })
    await expect(write).rejects.toMatchObject({ code: 'github_malformed' })
    expect(hub.server.asked).toHaveLength(1)
  })

  it('does not run in circles', async () => {
    await using hub = await connect()
    hub.server.instead(/./, (_, response) => {
      response.writeHead(302, { location: '/again' })
      response.end()
    })
    await expect(hub.client.request('GET /user')).rejects.toMatchObject({ code: 'github_malformed' })
    expect(hub.server.asked).toHaveLength(4)
  })

  it('asks no other host by an absolute address either', async () => {
    await using hub = await connect()
    await using elsewhere = await startGithubServer()
    await expect(hub.client.request(`GET ${elsewhere.url}/user`)).rejects.toMatchObject({
      code: 'github_forbidden',
    })
    expect(elsewhere.asked).toEqual([])
  })
})

describe('viewer', () => {
  it('says whose token it is and what it may', async () => {
    await using hub = await connect()
    await expect(hub.github.viewer('token')).resolves.toEqual({
      id: 1,
      login: 'octocat',
      name: null,
      avatar_url: 'https://avatars.github.example/octocat',
      html_url: `${hub.server.url}/octocat`,
      scopes: 'repo',
    })
    await expect(hub.github.viewer('unknown')).rejects.toMatchObject({ code: 'github_unauthorized' })
  })

  it('names the field that GitHub left out', async () => {
    await using hub = await connect()
    hub.server.instead(/./, (_, response) => send(response, 200, { id: 1 }))
    await expect(hub.github.viewer('token')).rejects.toMatchObject({
      code: 'github_malformed',
      message: expect.stringContaining('user.login'),
    })
  })
})

describe('oauth', () => {
  const exchange = {
    clientId: 'client',
    clientSecret: 'very secret',
    code: 'code',
    verifier: 'verifier',
    redirectUri: 'http://127.0.0.1:3000/auth/github/callback',
  }

  it('sends people to GitHub with state, PKCE and no more scopes than needed', async () => {
    await using hub = await connect()
    const { clientId, redirectUri } = exchange
    const url = new URL(
      hub.github.oauth.authorizeUrl({
        clientId,
        redirectUri,
        state: 'a b',
        challenge: 'hash',
        login: 'octocat',
      }),
    )
    expect(url.origin + url.pathname).toBe(`${hub.server.url}/login/oauth/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client',
      redirect_uri: redirectUri,
      scope: 'repo',
      state: 'a b',
      code_challenge: 'hash',
      code_challenge_method: 'S256',
      login: 'octocat',
    })
  })

  it('gives a code for a token', async () => {
    await using hub = await connect()
    hub.server.instead(/access_token/, (_, response) =>
      send(response, 200, { access_token: 'gho_1', token_type: 'bearer', scope: 'repo' }),
    )
    await expect(hub.github.oauth.exchange(exchange)).resolves.toEqual({ token: 'gho_1', scopes: 'repo' })
    const [asked] = hub.server.asked
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ code: 'code', code_verifier: 'verifier' })
    expect(asked?.path).not.toContain('secret')
  })

  const answers: [string, number, unknown, string][] = [
    [
      'a code that was used',
      200,
      { error: 'bad_verification_code', error_description: 'expired' },
      'github_unauthorized',
    ],
    ['neither token nor error', 200, {}, 'github_malformed'],
    ['no JSON object', 200, 'hello', 'github_malformed'],
    ['an outage', 503, {}, 'github_unavailable'],
  ]
  it.each(answers)('refuses %s', async (_, status, body, code) => {
    await using hub = await connect()
    hub.server.instead(/access_token/, (_request, response) => send(response, status, body))
    await expect(hub.github.oauth.exchange(exchange)).rejects.toMatchObject({ code })
  })
})
