import type { FastifyBaseLogger } from 'fastify'

type Child = FastifyBaseLogger['child']

/** A logger that is made when something is logged. */
class LazyLogger implements FastifyBaseLogger {
  readonly #make: () => FastifyBaseLogger
  #made: FastifyBaseLogger | undefined

  constructor(make: () => FastifyBaseLogger) {
    this.#make = make
  }

  get #own(): FastifyBaseLogger {
    this.#made ??= this.#make()
    return this.#made
  }

  get level(): string {
    return this.#own.level
  }

  child(...given: Parameters<Child>): FastifyBaseLogger {
    return this.#own.child(...given)
  }

  fatal(...line: unknown[]): void {
    this.#own.fatal(...(line as [string]))
  }

  error(...line: unknown[]): void {
    this.#own.error(...(line as [string]))
  }

  warn(...line: unknown[]): void {
    this.#own.warn(...(line as [string]))
  }

  info(...line: unknown[]): void {
    this.#own.info(...(line as [string]))
  }

  debug(...line: unknown[]): void {
    this.#own.debug(...(line as [string]))
  }

  trace(...line: unknown[]): void {
    this.#own.trace(...(line as [string]))
  }

  silent(...line: unknown[]): void {
    this.#own.silent(...(line as [string]))
  }
}

/** Gives each request a logger that bears its id. Most requests have nothing to say, and a logger is much to make. */
export function lazyRequestLogger(logger: FastifyBaseLogger, ...as: Parameters<Child>): FastifyBaseLogger {
  return new LazyLogger(() => logger.child(...as))
}
