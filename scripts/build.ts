/**
 * Builds what a start runs: the server into `dist/server`, the web app into `dist/web`. `--if-needed`: only what was
 * made of something else than what is there now.
 */
import { buildServer } from './build-server.ts'
import { buildWeb } from './build-web.ts'

const ifNeeded = process.argv.includes('--if-needed')
await Promise.all([buildServer({ ifNeeded }), buildWeb({ ifNeeded })])
