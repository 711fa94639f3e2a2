const mebibyte = 1024 * 1024

/** Bodies up to this are read as they come; for larger ones there must be room before. */
export const smallBody = mebibyte / 4

/**
 * Bytes of bodies that are kept at once. Two of GitHub's largest webhooks fit; a quarter more than that is free for
 * small bodies, whoever fills the rest. One address gets half.
 */
const usualRoom = {
  small: { total: 16 * mebibyte, perAddress: 8 * mebibyte },
  large: { total: 52 * mebibyte, perAddress: 26 * mebibyte },
}

type Size = keyof typeof usualRoom

/** The part of the room that one request has. */
export interface BodyHold {
  /** Asks for more; false when there is no room, and then nothing changed. */
  take(size: Size, bytes: number): boolean
  /** Gives everything back; more than once is once. */
  release(): void
}

export interface BodyRoom {
  open(address: string): BodyHold
  /** Bytes that are held now. */
  held(): number
}

/** Counts what bodies of requests occupy in memory, in total and for each address. */
export function createBodyRoom(room: typeof usualRoom = usualRoom): BodyRoom {
  const total = { small: 0, large: 0 }
  const byAddress = { small: new Map<string, number>(), large: new Map<string, number>() }

  function add(size: Size, address: string, bytes: number): void {
    const held = (byAddress[size].get(address) ?? 0) + bytes
    if (held > 0) byAddress[size].set(address, held)
    else byAddress[size].delete(address)
    total[size] += bytes
  }

  return {
    open(address) {
      const own = { small: 0, large: 0 }
      return {
        take(size, bytes) {
          const held = byAddress[size].get(address) ?? 0
          if (total[size] + bytes > room[size].total || held + bytes > room[size].perAddress) return false
          add(size, address, bytes)
          own[size] += bytes
          return true
        },
        release() {
          for (const size of ['small', 'large'] as const) {
            if (own[size] > 0) add(size, address, -own[size])
            own[size] = 0
          }
        },
      }
    },
    held: () => total.small + total.large,
  }
}
