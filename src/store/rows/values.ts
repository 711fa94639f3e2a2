// What workflows are told that does not stand in their source.

interface ValueRow {
  id: string
  /** null: of the whole hub. */
  repository_id: number | null
  /** In capitals. */
  name: string
  updated_at: number
  updated_by: string | null
}

/** A secret of workflows, sealed for its id. */
export interface SecretRow extends ValueRow {
  key_id: string
  wrapped_key: Uint8Array
  sealed: Uint8Array
}

export interface VariableRow extends ValueRow {
  value: string
}
