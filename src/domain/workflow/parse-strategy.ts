import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { isCoded } from '../../errors.ts'
import { checkValue } from './check-value.ts'
import type { Strategy } from './definition.ts'
import type { Written } from './expressions.ts'
import { combineMatrix } from './matrix.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Reads `strategy:`; undefined where it names no matrix: then the job is one job. */
export function parseStrategy(reader: YamlReader, entry: Entry): Strategy | undefined {
  checkValue(reader, entry, 'strategy')
  const strategy = reader.resolve(entry.value)
  const fields = isMap(strategy) ? (reader.entries(strategy, "'strategy'") ?? []) : []
  const written = new Map(fields.map(({ name, value }) => [name, readWritten(reader, value)]))
  const matrix = fields.find(({ name }) => name === 'matrix')
  if (!matrix) return undefined
  const values = written.get('matrix') ?? null
  if (!JSON.stringify(values).includes('${{')) checkMatrix(reader, matrix, values)
  const parallel = written.get('max-parallel')
  const failFast = written.get('fail-fast')
  return {
    matrix: values,
    fail_fast: typeof failFast === 'string' || failFast === false ? failFast : true,
    max_parallel: typeof parallel === 'string' || typeof parallel === 'number' ? parallel : null,
  }
}

/** What GitHub too tells before a run: a matrix without expressions that makes no jobs, or too many. */
function checkMatrix(reader: YamlReader, entry: Entry, values: Written): void {
  // Its structure is told of elsewhere.
  if (reader.hasErrors()) return
  try {
    combineMatrix(values)
  } catch (error) {
    if (!isCoded(error)) throw error
    reader.problem(reader.resolve(entry.value) ?? entry.key, error.message)
  }
}

/** A value as JSON, with its expressions as they are written. */
export function readWritten(reader: YamlReader, value: Node | null): Written {
  const node = reader.resolve(value)
  if (isSeq(node)) return node.items.map((item) => readWritten(reader, item as Node | null))
  if (isMap(node)) {
    const entries = reader.entries(node, "'matrix'") ?? []
    return Object.fromEntries(entries.map(({ name, value: inner }) => [name, readWritten(reader, inner)]))
  }
  const scalar = isScalar(node) ? node.value : null
  if (typeof scalar === 'number' || typeof scalar === 'boolean') return scalar
  return scalar === null ? null : (reader.text(node, "'matrix'") ?? null)
}
