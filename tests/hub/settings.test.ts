import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'cldcde-env-'))
beforeEach(() => {
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))
const read = (env: Record<string, string>) => readConfig({ env, folder })

/** For each setting texts that must stop a start, and one that must not. */
const cases: Record<string, { wrong: string[]; right: string }> = {
  PORT: { wrong: ['eighty', '1e3', '-1', '65536', '0x50', '80.5', '8 0', '3000;'], right: '8080' },
  HOST: {
    wrong: ['http://localhost', '127.0.0.1:80', '300.1.1.1', '1.2.3', 'a b', 'a..b', '-a', '[::1]', 'a/b'],
    right: '::1',
  },
  CLDCDE_PUBLIC_URL: {
    wrong: [
      'ftp://hub',
      'hub.example.com',
      'https://',
      'https://u:p@hub',
      'https://hub/?a',
      'https://:p@hub',
    ],
    right: 'https://hub.example.com',
  },
  DATABASE_URL: {
    wrong: ['mysql://root@localhost/x', 'localhost:5432', 'postgres', 'postgres://', 'postgres:///name'],
    right: 'postgres:///name?host=/run/postgresql',
  },
  CLDCDE_MASTER_KEY: { wrong: [], right: 'judged with what it opens' },
  CLDCDE_MASTER_KEY_FILE: { wrong: [], right: '/judged/with/what/it/opens' },
  CLDCDE_DATA_DIR: { wrong: [], right: 'judged with the folder' },
  GITHUB_URL: { wrong: ['github.com', 'https//github.com', 'git@github.com:a/b'], right: 'https://ghe.test' },
  GITHUB_API_URL: {
    wrong: ['api', 'ssh://api.github.com', 'https://exa mple'],
    right: 'http://127.0.0.1:4000',
  },
  GITHUB_CLIENT_ID: { wrong: ['only'], right: '' },
  GITHUB_CLIENT_SECRET: { wrong: ['only'], right: '' },
  GITHUB_TOKEN: { wrong: ['two words', 'ghp_“quoted”', 'a\tb'], right: 'ghp_0123456789' },
  GITHUB_WEBHOOK_SECRET: {
    wrong: [
      'x',
      '0123456789abcdef,',
      ',',
      '0123456789abcdef,x',
      `${'0123456789abcdef,'.repeat(2)}0123456789abcdef`,
    ],
    right: '0123456789abcdef,fedcba9876543210',
  },
  METRICS_PORT: { wrong: ['3000', '0', '9e3', 'ninety', '70000'], right: '9090' },
  METRICS_TOKEN: { wrong: ['x', 'sixteen or more characters'], right: 'sixteen-or-more-characters' },
  CLDCDE_SHELL_STEPS: { wrong: ['nobody', 'Owner', 'yes'], right: 'members' },
  CLDCDE_STEP_USER: { wrong: [], right: 'judged with the accounts of the machine' },
  CLDCDE_RUNNER_DIR: { wrong: [], right: '/judged/with/what/it/holds' },
  CLDCDE_STEP_ALLOW_HOSTS: {
    wrong: ['http://ci', 'ci:99999', 'ci:http', '*', 'a,,b', '::1', 'ci/x', '10.0.0.0/8', '10.0.0'],
    right: 'ci.internal:8080, 10.0.0.1, [fd00::1]:443, CI2',
  },
  CLDCDE_KEEP_DELIVERY_BODIES: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_DELIVERIES: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_CHANGES: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_RUNS: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_JOB_LOGS: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_TASKS: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_AUDIT: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  CLDCDE_KEEP_SESSIONS: { wrong: ['-1', '1.5', 'month', '40000', '1e2'], right: '0' },
  LOG_LEVEL: { wrong: ['loud', 'INFO', '30'], right: 'debug' },
}

describe('the settings', () => {
  it('are all in .env.example, and all judged here', () => {
    const names = [...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^#([A-Z_]+)=/gm)]
    expect(names.map(([, name]) => name).sort()).toEqual(Object.keys(cases).sort())
  })

  it.each(Object.entries(cases))(
    '%s is refused by its name when it makes no sense, and else taken',
    (name, { wrong, right }) => {
      for (const text of wrong) {
        const expected = name.startsWith('GITHUB_CLIENT') ? 'GITHUB_CLIENT_ID and' : name
        expect(() => read({ [name]: text }), text).toThrow(`Setting ${expected} `)
      }
      expect(() => read({ [name]: right })).not.toThrow()
    },
  )

  it('say nothing of a password in a sentence', () => {
    for (const DATABASE_URL of ['mysql://me:hush@host/x', 'me:hush@host/x', 'postgres://me:hush@/x']) {
      expect(() => read({ DATABASE_URL })).toThrow(expect.not.stringContaining('hush'))
    }
  })

  it('may come from a file, not from two places, not from an empty or missing file', () => {
    writeFileSync(join(folder, 'token'), 'ghp_secret\n')
    writeFileSync(join(folder, 'empty'), '\n')
    expect(read({ GITHUB_TOKEN_FILE: 'token' }).github.token).toBe('ghp_secret')
    expect(() => read({ GITHUB_TOKEN: 'a', GITHUB_TOKEN_FILE: 'token' })).toThrow('GITHUB_TOKEN is set twice')
    expect(() => read({ GITHUB_TOKEN_FILE: 'empty' })).toThrow('GITHUB_TOKEN_FILE names an empty file')
    expect(() => read({ GITHUB_TOKEN_FILE: 'none' })).toThrow(
      'GITHUB_TOKEN_FILE names a file that cannot be read',
    )
    expect(() => read({ CLDCDE_MASTER_KEY: 'a', CLDCDE_MASTER_KEY_FILE: 'b' })).toThrow('is set twice')
  })

  it('come from .env, and from the environment and the command line before it', () => {
    writeFileSync(join(folder, '.env'), 'PORT=nonsense\nLOG_LEVEL=loud\n')
    expect(() => read({})).toThrow(/Setting PORT/)
    expect(() => read({ PORT: '1' })).toThrow(/Setting LOG_LEVEL/)
    const config = readConfig({ env: { PORT: '8080', LOG_LEVEL: 'error' }, folder, over: { PORT: '8081' } })
    expect(config).toMatchObject({ port: 8081, logLevel: 'error' })
  })

  it('name a .env that cannot be read', () => {
    mkdirSync(join(folder, '.env'))
    expect(() => read({})).toThrow(`The file ${join(folder, '.env')} cannot be read`)
  })

  it('are read as they are meant', () => {
    expect(read({ CLDCDE_PUBLIC_URL: 'https://hub.example.com/' }).publicUrl).toBe('https://hub.example.com')
    expect(read({ GITHUB_URL: 'https://ghe.test' }).github.apiUrl).toBe('https://ghe.test/api/v3')
    expect(read({}).github.apiUrl).toBe('https://api.github.com')
    expect(read({ CLDCDE_STEP_ALLOW_HOSTS: 'A:1, b' }).stepAllowHosts).toEqual(['a:1', 'b'])
  })
})
