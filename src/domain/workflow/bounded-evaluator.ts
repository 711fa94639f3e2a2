import { data, Evaluator, type Expr } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** How much the expressions of one text may look at together, in characters and items: some tens of milliseconds. */
const maxWork = 8_388_608

/** Counts what evaluating costs; throws when that is too much. */
export interface WorkMeter {
  spend(amount: number): void
}

export function createWorkMeter(): WorkMeter {
  let left = maxWork
  return {
    spend(amount) {
      left -= amount
      if (left < 0) throw new Error('evaluating this takes too much work')
    },
  }
}

/**
 * GitHub's evaluator, which stops when it has looked at too much: `contains(github.event.issue.body, 'a')` reads the
 * whole body each time, and a text has room for thousands of them.
 */
export class BoundedEvaluator extends Evaluator {
  readonly #meter: WorkMeter

  constructor(
    expression: Expr,
    context: data.Dictionary,
    { functions, meter }: { functions: Map<string, FunctionDefinition>; meter: WorkMeter },
  ) {
    super(expression, context, functions)
    this.#meter = meter
  }

  /** Every value passes here before an operator or a function reads it. */
  protected override eval(node: Expr): data.ExpressionData {
    const value = super.eval(node)
    this.#meter.spend(1 + sizeOf(value))
    return value
  }
}

function sizeOf(value: data.ExpressionData): number {
  if (value.kind === data.Kind.String) return value.coerceString().length
  if (value.kind === data.Kind.Array) return (value as data.Array).values().length
  return 0
}
