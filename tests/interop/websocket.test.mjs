// The same over WebSockets: our clients, alone and beside others that come over
// UDP, and a JavaScript peer made of public packages.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { everyCommand } from './lib/every-command.mjs'
import { both, kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'

const PEER = fileURLToPath(new URL('./reference/websocket-peer.mjs', import.meta.url))
const PEER_MS = 30_000
const cast = { bootstrap: 'ours', server: 'ours' }

for (const [owner, rival] of kinds.includes('ours') ? [['websocket', 'websocket'], ['websocket', 'ours'], ['ours', 'websocket']] : []) {
  scenario(`clients ${owner} and ${rival}`, cast, (t, network) => everyCommand(t, network, owner, rival))
}

if (both) {
  scenario('clients js and websocket', cast, (t, network) => everyCommand(t, network, 'js', 'websocket'))

  scenario('a JavaScript peer over a WebSocket', cast, async (t, network) => {
    const peer = async (verb, name, { server = network.serverKey } = {}) => {
      const { stdout } = await promisify(execFile)(process.execPath,
        [PEER, network.websocket, server, network.coreKey, verb, name], { timeout: PEER_MS })
      return stdout.trim().split('\n')
    }
    const [told, key] = await peer('register', 'melvin')
    t.is(told, 'OK')
    t.alike(await peer('lookup', 'melvin'), [`melvin -> ${key}`])
    t.is((await peer('register', 'melvin'))[0], 'ERR:Username already taken')
    t.alike(await peer('lookup', 'nobody'), ['Not found'])
    await t.exception(peer('lookup', 'melvin', { server: network.coreKey }), /another server/)

    const ours = await network.client('ours')
    t.is(await ours.lookup('melvin'), key, 'a client over UDP sees what it registered')
    t.is(await ours.register('bo'), 'Registered: bo')
    t.is((await peer('lookup', 'bo'))[0], `bo -> ${await ours.lookup('bo')}`)
  })
}
