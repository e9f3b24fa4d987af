// Two users and every command: what one of them does, the other one sees.
import { until } from './wait.mjs'

const SEEN_MS = 30_000
const KEY = /^[0-9a-f]{64}$/

export async function everyCommand (t, network, ownerKind, rivalKind) {
  const owner = await network.client(ownerKind, { name: `${ownerKind} owner` })
  const rival = await network.client(rivalKind, { name: `${rivalKind} rival` })

  t.is(await owner.register('melvin'), 'Registered: melvin')
  t.is(await owner.register('melvin'), 'Already registered by you: melvin')
  t.is(await rival.register('melvin'), 'Error: Username already taken')
  const ownerKey = await owner.lookup('melvin')
  t.ok(KEY.test(ownerKey), 'the owner finds its name')
  await sees(t, rival, 'melvin', ownerKey)

  t.is(await rival.register('bo'), 'Registered: bo')
  const rivalKey = await rival.lookup('bo')
  t.ok(KEY.test(rivalKey) && rivalKey !== ownerKey, 'the rival has a key of its own')
  await sees(t, owner, 'bo', rivalKey)
  const names = [['bo', rivalKey], ['melvin', ownerKey]]
  t.alike(await owner.list(), names)
  t.alike(await rival.list(), names)

  t.is(await rival.delete('melvin'), 'Error: Unauthorized: only the owner can delete this username')
  t.is(await rival.delete('nobody'), 'Error: Username not found')
  t.is(await owner.lookup('nobody'), null)
  t.is(await owner.delete('melvin'), 'Deleted: melvin')
  t.is(await owner.lookup('melvin'), null)
  await sees(t, rival, 'melvin', null)

  t.is(await rival.register('melvin'), 'Registered: melvin')
  await sees(t, owner, 'melvin', rivalKey)
  t.alike(await owner.list(), [['bo', rivalKey], ['melvin', rivalKey]])

  const shot = await network.shot(ownerKind, ['register', 'melvin'])
  t.is(shot.code, 1, 'one shot of a third user is refused')
  t.alike(shot.stderr.filter((line) => line.startsWith('Error: ')), ['Error: Username already taken'])

  owner.write('exit\n')
  t.is((await owner.finish()).code, 0, 'exit ends a client')
  t.is(await rival.stop('SIGINT'), 0, 'SIGINT ends a client')
  t.is(await network.server.stop(), 0, 'SIGTERM ends the server')
  t.is(await network.bootstrap.stop(), 0, 'SIGTERM ends the bootstrap node')
}

// What another client wrote comes with replication, a moment later.
async function sees (t, client, name, key) {
  await until(SEEN_MS, `${client.name} to see ${name}`, async () => await client.lookup(name) === key)
  t.pass(`${client.name} sees ${name}`)
}
