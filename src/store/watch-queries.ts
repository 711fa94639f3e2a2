import type { QueryCompiler } from 'kysely'

/**
 * Lets `onQuery` see every statement as it is compiled: at once in the caller's stack and before it runs. Tests
 * explain the product's queries so, and die between two statements.
 */
export function watchQueries<Compiler extends QueryCompiler>(
  compiler: Compiler,
  onQuery: ((sql: string) => void) | undefined,
): Compiler {
  if (!onQuery) return compiler
  const compile = compiler.compileQuery.bind(compiler)
  compiler.compileQuery = (node, queryId) => {
    const query = compile(node, queryId)
    onQuery(query.sql)
    return query
  }
  return compiler
}
