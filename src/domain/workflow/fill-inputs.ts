import { coded } from '../../errors.ts'
import type { StepDefinition } from './definition.ts'
import { type Contexts, evaluateTemplate, holdExpressions } from './expressions.ts'
import { type CompiledExpression, referencesOf } from './parse-expression.ts'
import { stepKind } from './step-kinds.ts'

/**
 * Fills the expressions of a step's inputs. Where each line says something of its own, what fills one must not begin
 * another, unless all of the input is left to one expression. Throws `expression_failed`.
 */
export function fillInputs(step: StepDefinition, contexts: () => Contexts): Record<string, string> {
  if (!holdExpressions(step.with)) return step.with
  const known = contexts()
  const inputs = stepKind(step.uses)?.inputs ?? {}
  return Object.fromEntries(
    Object.entries(step.with).map(([name, text]) => [
      name,
      Object.hasOwn(inputs, name) && inputs[name]?.byLine
        ? fillLines(name, text, known)
        : evaluateTemplate(text, known),
    ]),
  )
}

function fillLines(input: string, text: string, contexts: Contexts): string {
  const given: { expression: CompiledExpression; value: string }[] = []
  const filled = evaluateTemplate(text, contexts, (expression, value) => given.push({ expression, value }))
  const isLeftToOne = given.length === 1 && filled.trim() === given[0]?.value.trim()
  const several = given.find(({ value }) => value.trimEnd().includes('\n'))
  if (isLeftToOne || !several) return filled
  const name = referencesOf(several.expression)[0]?.path.join('.') ?? 'an expression'
  throw coded(
    'expression_failed',
    `What '${name}' says here has more than one line: '${input}' has one each.`,
  )
}
