/** The thread of a workflow judge: parses one source at a time. */
import { parentPort } from 'node:worker_threads'
import { parseWorkflow } from '../domain/workflow/parse-workflow.ts'

parentPort?.on('message', (source: string) => parentPort?.postMessage(parseWorkflow(source)))
