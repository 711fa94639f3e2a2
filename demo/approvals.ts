export type Verdict = 'approved' | 'rejected' | 'cancelled'

/** Jobs that wait until somebody lets them deploy, by their run and the name of the environment. */
export interface Approvals {
  /** Resolves when somebody has decided. */
  wait(runId: number, environment: string): Promise<Verdict>
  /** The environments that jobs of a run wait for. */
  pending(runId: number): string[]
  /** Decides for one environment of a run; false when nothing waits for it. */
  review(runId: number, environment: string, verdict: Verdict): boolean
}

/** Makes an empty list of what waits: after a restart, the runner waits anew. */
export function createApprovals(): Approvals {
  const waiting = new Map<number, Map<string, Array<(verdict: Verdict) => void>>>()
  return {
    wait(runId, environment) {
      return new Promise((resolve) => {
        const ofRun = waiting.get(runId) ?? new Map<string, Array<(verdict: Verdict) => void>>()
        ofRun.set(environment, [...(ofRun.get(environment) ?? []), resolve])
        waiting.set(runId, ofRun)
      })
    },
    pending: (runId) => [...(waiting.get(runId)?.keys() ?? [])],
    review(runId, environment, verdict) {
      const ofRun = waiting.get(runId)
      const asked = ofRun?.get(environment)
      if (!ofRun || !asked) return false
      ofRun.delete(environment)
      for (const resolve of asked) resolve(verdict)
      return true
    },
  }
}
