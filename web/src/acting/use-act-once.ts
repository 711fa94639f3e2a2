import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { type ActBody, type ActName, acts, addressOf } from '../../../contract/acts.ts'
import { api } from '../data/api.ts'

/**
 * An act of which a page waits for the answer: opening something. However often the same is sent, it is done once; other
 * words are another one.
 */
export function useActOnce<Name extends ActName, Answer>(
  name: Name,
  { owner, repo, onSuccess }: { owner: string; repo: string; onSuccess: (answer: Answer) => void },
) {
  const sending = useRef<{ text: string; key: string } | null>(null)
  return useMutation({
    mutationFn: (wish: ActBody<Name>) => {
      const text = JSON.stringify(wish)
      if (sending.current?.text !== text) sending.current = { text, key: crypto.randomUUID() }
      const { method, path } = acts[name]
      return api.act<Answer>(method, addressOf(path, { owner, repo }), {
        key: sending.current.key,
        body: wish,
      })
    },
    onSuccess,
  })
}
