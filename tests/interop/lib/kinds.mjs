// Which programs play: `ours` (the binary) and `js` (reference/); a client may
// also be of the kind `websocket`: ours, over a WebSocket of a server of ours.
// INTEROP_KINDS=js checks the tests themselves without the binary.
// INTEROP_CARRIER=websocket makes all clients of ours such ones.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const REFERENCE = fileURLToPath(new URL('../reference/', import.meta.url))

export const kinds = (process.env.INTEROP_KINDS ?? 'ours,js').split(',')
export const both = kinds.includes('ours') && kinds.includes('js')

export const carrier = process.env.INTEROP_CARRIER ?? 'udx'

const binary = process.env.HYPER_REGISTRY ?? `${ROOT}build/release/bin/hyper-registry`
if (kinds.includes('ours') && !existsSync(binary)) {
  throw new Error(`no program at ${binary}: build it, or name it in HYPER_REGISTRY`)
}

// The start of the command line for a role: bootstrap, server or client.
export function commandLine (kind, role) {
  if (kind === 'ours' || kind === 'websocket') return [binary, role]
  if (kind === 'js') return [process.execPath, `${REFERENCE}${role}.mjs`]
  throw new Error(`unknown kind of program: ${kind}`)
}

// `count` kinds, taken in turn: ours, js, ours, ...
export function inTurn (count) {
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length])
}

// Every assignment of a kind to each role: [{ server: 'ours', client: 'js' }, ...]
export function combinations (...roles) {
  return roles.reduce(
    (found, role) => found.flatMap((one) => kinds.map((kind) => ({ ...one, [role]: kind }))),
    [{}]
  )
}
