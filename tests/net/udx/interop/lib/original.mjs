// A stream of the original, and what became of it.

import { createHash } from 'node:crypto'
import UDX from 'udx-native'

const host = '127.0.0.1'
const udx = new UDX()

// The same bytes as the pattern of the peer.
export function pattern (size) {
  const out = Buffer.allocUnsafe(size)
  let state = 1
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    out[i] = state >>> 24
  }
  return out
}

export function hashOf (data) {
  return createHash('blake2b512').update(data).digest('hex')
}

export function openOriginal (localId) {
  const socket = udx.createSocket()
  socket.bind(0, host)
  socket.on('message', () => {}) // late packets and noise
  const stream = udx.createStream(localId)
  const hash = createHash('blake2b512')
  const state = { received: 0, error: null, ended: false }
  let onData = () => {}
  stream.on('data', (data) => {
    state.received += data.length
    hash.update(data)
    onData(data)
  })
  stream.on('end', () => { state.ended = true })
  stream.on('error', (error) => { state.error = error.code })
  const closed = new Promise((resolve) => stream.on('close', resolve))
  return {
    stream,
    state,
    port: socket.address().port,
    connect (remoteId, port) { stream.connect(socket, remoteId, port, host) },
    onData (handler) { onData = handler },
    async closed () {
      await closed
      state.hash = hash.digest('hex')
      await socket.close()
      return state
    }
  }
}
