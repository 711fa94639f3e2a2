import { readConfig } from '../../src/config.ts'
import type { Retention } from '../../src/domain/retention.ts'

/** For how long what is kept when no setting says so. */
export const defaultRetention: Retention = readConfig({ env: {}, folder: import.meta.dirname }).retention
