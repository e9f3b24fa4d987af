// What the three programs share: command line, the two stores, a clean end.
import { parseArgs } from 'node:util'
import c from 'compact-encoding'
import Hyperbee from 'hyperbee'

const DEFAULT_BOOTSTRAP = '127.0.0.1:30001'

// Returns { storage, bootstrap, host, port, positionals }; ends the process
// with code 2 and the usage on a wrong command line.
export function readCommandLine (usage, defaults = {}) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        storage: { type: 'string', default: defaults.storage },
        bootstrap: { type: 'string', multiple: true, default: [DEFAULT_BOOTSTRAP] },
        host: { type: 'string' },
        port: { type: 'string' }
      }
    })
    const bootstrap = values.bootstrap.map(parseAddress)
    const loopback = bootstrap.every(({ host }) => host.startsWith('127.'))
    return {
      storage: values.storage,
      bootstrap,
      host: values.host ?? (loopback ? '127.0.0.1' : '0.0.0.0'),
      port: values.port === undefined ? undefined : parsePort(values.port),
      positionals
    }
  } catch (error) {
    return exitWithUsage(usage, error.message)
  }
}

export function exitWithUsage (usage, problem) {
  process.stderr.write(`Error: ${problem}\nUsage: ${usage}\n`)
  process.exit(2)
}

function parseAddress (text) {
  const colon = text.lastIndexOf(':')
  if (colon < 1) throw new Error(`not HOST:PORT: ${text}`)
  return { host: text.slice(0, colon), port: parsePort(text.slice(colon + 1)) }
}

function parsePort (text) {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`not a port: ${text}`)
  return port
}

// The tree on the log: a username with its length in front -> 32 bytes.
export function openTree (core) {
  return new Hyperbee(core, { keyEncoding: c.string, valueEncoding: c.fixed32 })
}

// Runs `close` once on SIGINT or SIGTERM, then ends the process with code 0.
export function closeOnSignal (close) {
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      if (closing) return
      closing = true
      await close()
      process.exit(0)
    })
  }
}
