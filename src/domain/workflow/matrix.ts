import { equals } from '@actions/expressions/result'
import { coded } from '../../errors.ts'
import { toExpressionData } from './expression-data.ts'
import { pick } from './pick.ts'

/** The values of `matrix` in one of its jobs. */
export type Combination = Readonly<Record<string, unknown>>

export interface MatrixJob {
  matrix: Combination
  /** What of it stands in the name of the job: its values as texts. */
  segments: readonly string[]
}

/** GitHub's limit. */
const maxJobs = 256
/** Comparing every combination with every `include` and `exclude`: some milliseconds. */
const maxComparisons = 200_000

/**
 * The jobs that a matrix makes, in order, from its values with all expressions evaluated. As GitHub's runner does it: all
 * combinations, the first name moving slowest, without those that an `exclude` matches; each with the values of every
 * `include` that contradicts none of its own; then a job for each `include` that matched no combination.
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 * Throws `expression_failed` for what is no matrix, or one of more than 256 jobs.
 */
export function combineMatrix(written: unknown): MatrixJob[] {
  const matrix = mapping(written, "'matrix'")
  const entries = Object.entries(matrix)
  const vectors = entries.flatMap(([name, values]): [string, readonly unknown[]][] =>
    name === 'include' || name === 'exclude' ? [] : [[name, vector(name, values)]],
  )
  const includes = filters(matrix, 'include').map((item) => readInclude(vectors, item))
  const excludes = filters(matrix, 'exclude').map((item) => readExclude(vectors, item))
  if (vectors.length + includes.length === 0) throw fault("'matrix' names no values")
  const size = vectors.length === 0 ? 0 : vectors.reduce((product, [, { length }]) => product * length, 1)
  // Of so many no `exclude` leaves 256 within bounds.
  if (size > maxComparisons) throw tooLarge(size)
  if (size * (1 + includes.length + excludes.length) > maxComparisons)
    throw fault('the matrix has too many values, includes and excludes together to be put together')

  const matched = new Set<unknown>()
  const jobs: MatrixJob[] = []
  for (let index = 0; index < size; index++) {
    const combination = combinationAt(vectors, { index, size })
    if (excludes.some((leaves) => matches(combination, leaves))) continue
    const extra: Record<string, unknown> = {}
    for (const include of includes) {
      if (!matches(combination, include.leaves)) continue
      matched.add(include)
      Object.assign(extra, include.extra)
    }
    jobs.push({ matrix: { ...combination, ...extra }, segments: segmentsOf(combination) })
  }
  for (const include of includes) {
    if (matched.has(include)) continue
    const combination = { ...include.filter, ...include.extra }
    jobs.push({ matrix: combination, segments: segmentsOf(combination) })
  }
  if (jobs.length > maxJobs) throw tooLarge(jobs.length)
  return jobs
}

/** The name of a job of a matrix, as GitHub forms it: `build (linux, 22)`. */
export function matrixJobName(job: string, segments: readonly string[]): string {
  const name = segments.length === 0 ? job : `${job} (${segments.join(', ')})`
  return name.length > 100 ? `${name.slice(0, 97).toWellFormed()}...` : name
}

type Vectors = readonly (readonly [string, readonly unknown[]])[]

function combinationAt(vectors: Vectors, { index, size }: { index: number; size: number }) {
  const combination: Record<string, unknown> = {}
  let block = size
  for (const [name, values] of vectors) {
    block /= values.length
    combination[name] = values[Math.floor(index / block) % values.length]
  }
  return combination
}

/** A value deep in a filter, and where it is. */
interface Leaf {
  path: string[]
  value: unknown
}

interface Include {
  /** What it says of the names of the matrix, and of others. */
  filter: Combination
  extra: Combination
  leaves: readonly Leaf[]
}

function readInclude(vectors: Vectors, item: Combination): Include {
  const filter: Record<string, unknown> = {}
  const extra: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) {
    if (nameIn(vectors, name) === undefined) extra[name] = value
    else filter[name] = value
  }
  if (Object.keys(item).length === 0) throw fault("an 'include' of the matrix is empty")
  return { filter, extra, leaves: leavesOf(vectors, filter) }
}

function readExclude(vectors: Vectors, item: Combination): readonly Leaf[] {
  if (Object.keys(item).length === 0) throw fault("an 'exclude' of the matrix is empty")
  for (const name of Object.keys(item)) {
    if (nameIn(vectors, name) === undefined)
      throw fault(`'exclude' names '${name}', which the matrix does not have`)
  }
  return leavesOf(vectors, item)
}

/** Names are case-insensitive, as everywhere in GitHub's expressions. */
function nameIn(vectors: Vectors, name: string): string | undefined {
  return vectors.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[0]
}

function leavesOf(vectors: Vectors, filter: Combination): Leaf[] {
  const leaves: Leaf[] = []
  const visit = (path: string[], value: unknown): void => {
    if (typeof value !== 'object' || value === null) leaves.push({ path, value })
    else for (const [name, inner] of Object.entries(value)) visit([...path, name], inner)
  }
  for (const [name, value] of Object.entries(filter)) visit([nameIn(vectors, name)!], value)
  return leaves
}

/** As GitHub: every value that the filter holds is compared by `==`, what it leaves out is not. */
function matches(combination: Combination, leaves: readonly Leaf[]): boolean {
  return leaves.every(({ path, value }) =>
    equals(toExpressionData(pick(combination, ...path)), toExpressionData(value)),
  )
}

/** The texts, numbers and booleans in it, at any depth. */
function segmentsOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(segmentsOf)
  const text = value === null || value === undefined ? '' : toExpressionData(value).coerceString()
  return text === '' ? [] : [text]
}

function filters(matrix: Combination, name: 'include' | 'exclude'): Combination[] {
  const items = matrix[name] ?? []
  if (!Array.isArray(items)) throw fault(`'${name}' of the matrix must be a list`)
  return items.map((item) => mapping(item, `an '${name}' of the matrix`))
}

function vector(name: string, values: unknown): readonly unknown[] {
  if (!Array.isArray(values)) throw fault(`'${name}' of the matrix must be a list`)
  if (values.length === 0) throw fault(`'${name}' of the matrix has no values`)
  return values
}

function mapping(value: unknown, what: string): Combination {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Combination
  throw fault(`${what} must be a mapping`)
}

function tooLarge(jobs: number): Error {
  return fault(`the matrix makes ${jobs} jobs; at most ${maxJobs} are possible`)
}

function fault(message: string): Error {
  return coded('expression_failed', message)
}
