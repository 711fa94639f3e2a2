import { startLocalGithub } from '../../demo/local-github.ts'

const log = { info() {}, warn() {} }
const github = await startLocalGithub({ dataDir: process.argv[2]!, callbackUrls: [], log })
console.log(`port ${new URL(github.apiUrl).port} pid ${github.pid}`)
