import type { ChangeData, ChangeKind } from '../../contract/changes.ts'

/** A change without its place in the log. */
export type Described = { [Kind in ChangeKind]: { kind: Kind; data: ChangeData[Kind] } }[ChangeKind]
