// node listen.mjs PORT TARGET COUNT|TEXT...: takes so many messages of a
// WebSocket, or until each text was in one, and prints each as a line (RFC 6455,
// in its plainest form: no package is needed).
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const [port, target, ...wanted] = process.argv.slice(2)
const socket = connect(Number(port), '127.0.0.1')
let open = false
let got = Buffer.alloc(0)
const count = Number(wanted[0])
const texts = new Set(Number.isNaN(count) ? wanted : [])
let left = texts.size || count

socket.write([
  `GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket',
  'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, '', ''
].join('\r\n'))

socket.on('data', (piece) => {
  got = Buffer.concat([got, piece])
  if (!open) {
    const end = got.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!got.toString().startsWith('HTTP/1.1 101 ')) fail(got.toString().split('\r\n')[0])
    open = true
    process.stderr.write('open\n')
    got = got.subarray(end + 4)
  }
  while (left > 0 && take()) ;
  if (left === 0) socket.destroy()
})
socket.on('close', () => process.exit(left === 0 ? 0 : 1))
socket.on('error', (problem) => fail(problem.message))

// One frame, if it is there; its length has 7 bits, 16, or 64.
function take () {
  if (got.length < 2) return false
  const short = got[1] & 127
  const head = short === 127 ? 10 : short === 126 ? 4 : 2
  if (got.length < head) return false
  const size = short === 127 ? Number(got.readBigUInt64BE(2)) : short === 126 ? got.readUInt16BE(2) : short
  if (got.length < head + size) return false
  const body = got.subarray(head, head + size)
  const kind = got[0] & 15
  got = got.subarray(head + size)
  if (kind === 8) fail('closed by the other side')
  if (kind !== 1) return true
  const line = body.toString()
  console.log(line)
  for (const text of texts) if (line.includes(text)) texts.delete(text)
  left = Number.isNaN(count) ? texts.size : left - 1
  return true
}

function fail (why) {
  console.error(why)
  process.exit(2)
}
