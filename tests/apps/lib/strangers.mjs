// node strangers.mjs PORT: what is no peer comes to a server's WebSocket, each
// in its own way, and has to be shown out. Prints "ok" or "not ok" per guest.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const port = Number(process.argv[2])
const UPGRADE = [
  'GET / HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket',
  'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, '', ''
].join('\r\n')

// A masked frame of a client, at most 125 bytes long.
function frame (kind, body) {
  const mask = randomBytes(4)
  const masked = Buffer.from(body.map((byte, i) => byte ^ mask[i % 4]))
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | body.length]), mask, masked])
}

const TEXT = 1
const BINARY = 2
const guests = {
  'no HTTP': () => [randomBytes(2000)],
  'a plain request': () => ['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  'a header without end': () => [`GET / HTTP/1.1\r\nX: ${'x'.repeat(20000)}`],
  'text messages': () => [UPGRADE, frame(TEXT, Buffer.from('hello'))],
  'a frame that is not masked': () => [UPGRADE, Buffer.from([0x82, 3, 1, 2, 3])],
  'a reserved kind of frame': () => [UPGRADE, frame(5, Buffer.from([1]))],
  'no handshake': () => [UPGRADE, frame(BINARY, randomBytes(100))],
  'a handshake of another key': () => [UPGRADE, frame(BINARY, Buffer.from([32, 0, 0, ...randomBytes(32)])),
    frame(BINARY, Buffer.from([64, 0, 0, ...randomBytes(64)]))],
  'a handshake that is too long': () => [UPGRADE, frame(BINARY, Buffer.from([0xff, 0xff, 0x7f]))],
  'a point that is none': () => [UPGRADE, frame(BINARY, Buffer.from([32, 0, 0, ...Buffer.alloc(32)]))],
  'one that closes at once': () => [UPGRADE, frame(8, Buffer.from([3, 232]))],
  'one that says nothing': () => [UPGRADE]
}

function visit (pieces) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => pieces.forEach((one) => socket.write(one)))
    socket.on('data', () => {})
    socket.on('error', () => {}) // a reset shows one out, too
    socket.on('close', resolve)
  })
}

// More of them than there may be at once, some at a time: none leaves a trace.
const CROWD = 5000
const AT_ONCE = 250
for (let i = 0; i < CROWD; i += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, () => visit(['no HTTP\r\n\r\n'])))
}
console.log(`ok: ${CROWD} at the door`)

await Promise.all(Object.entries(guests).map(async ([name, make]) => {
  const late = setTimeout(() => { console.log(`not ok: ${name} is still there`); process.exit(1) }, 60_000)
  await visit(make())
  clearTimeout(late)
  console.log(`ok: ${name}`)
}))
