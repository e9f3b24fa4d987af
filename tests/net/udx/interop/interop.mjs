// Our stream and the original's, in both roles.

import { startPeer } from './lib/peer.mjs'
import { openPath } from './lib/path.mjs'
import { openOriginal, pattern, hashOf } from './lib/original.mjs'
import { test, equal, atLeast, runAll } from './lib/runner.mjs'

const originalId = 11
const peerId = 22
const megabyte = 1000000
const destroyFlag = 0x10

// Both ends, connected through a path; what each case does with them.
async function between (role, count, pathOptions, play) {
  const original = openOriginal(originalId)
  const peer = await startPeer(role, peerId, originalId, count)
  const path = await openPath(original.port, peer.port, pathOptions)
  try {
    original.connect(peerId, path.leftPort)
    peer.connect(path.rightPort)
    return await play(original, peer)
  } finally {
    path.close()
    peer.stop()
  }
}

async function direct (role, count, play) {
  const original = openOriginal(originalId)
  const peer = await startPeer(role, peerId, originalId, count)
  try {
    original.connect(peerId, peer.port)
    peer.connect(original.port)
    return await play(original, peer)
  } finally {
    peer.stop()
  }
}

function bothEnded (state, result) {
  equal(state.error, null, 'error of the original')
  equal(state.ended, true, 'end seen by the original')
  equal(result.reason, 'ended', 'close of the peer')
}

// The same bytes both ways at the same time.
function exchange (size) {
  return async (original, peer) => {
    const data = pattern(size)
    original.stream.end(data)
    const result = await peer.result()
    const state = await original.closed()
    bothEnded(state, result)
    equal(result.received, size, 'bytes of the peer')
    equal(state.received, size, 'bytes of the original')
    equal(result.acknowledged, size, 'bytes acknowledged')
    equal(result.hash, hashOf(data), 'hash of the peer')
    equal(state.hash, hashOf(data), 'hash of the original')
    return `${(2 * size / megabyte / result.seconds).toFixed(0)} MB/s, ` +
      `${result.retransmitted} resent, ${result.timeouts} timeouts, mtu ${result.mtu}`
  }
}

test('20 MB both ways', () => direct('send', 20 * megabyte, exchange(20 * megabyte)))

test('20 MB both ways, 1 % lost, 2 % late, with noise', () =>
  between('send', 20 * megabyte, { loss: 0.01, late: 0.02, noise: 0.01 },
    exchange(20 * megabyte)))

test('20 MB both ways, 5 % lost, 5 % late, with noise', () =>
  between('send', 20 * megabyte, { loss: 0.05, late: 0.05, noise: 0.01 },
    exchange(20 * megabyte)))

test('1 MB both ways, a path that drops above 1300 bytes', () =>
  between('send', megabyte, { ipSizeMax: 1300 }, async (original, peer) => {
    const data = pattern(megabyte)
    original.stream.end(data)
    const result = await peer.result()
    bothEnded(await original.closed(), result)
    equal(result.hash, hashOf(data), 'hash of the peer')
    equal(result.mtu, 1296, 'mtu')
  }))

test('5000 round trips from our side', () =>
  direct('ping', 5000, async (original, peer) => {
    original.onData((data) => original.stream.write(data))
    original.stream.on('end', () => original.stream.end())
    const result = await peer.result()
    bothEnded(await original.closed(), result)
    equal(result.received, 500000, 'bytes echoed')
    return `${(5000 / result.seconds).toFixed(0)} round trips/s`
  }))

test('5000 round trips from their side', () =>
  direct('echo', 0, async (original, peer) => {
    const start = Date.now()
    let left = 5000
    let missing = 100
    original.stream.write(pattern(100))
    original.onData((data) => {
      missing -= data.length
      if (missing > 0) return
      missing = 100
      if (--left === 0) original.stream.end()
      else original.stream.write(pattern(100))
    })
    const state = await original.closed()
    const took = Date.now() - start
    const result = await peer.result()
    bothEnded(state, result)
    equal(state.received, 500000, 'bytes echoed')
    equal(result.acks < 2500, true, 'most answers carry the acknowledgement')
    return `${(5000 / took * 1000).toFixed(0)} round trips/s, ${result.acks} bare acks`
  }))

test('we end first', () =>
  direct('send', 1000, async (original, peer) => {
    original.stream.on('end', () => original.stream.end(pattern(10)))
    const result = await peer.result()
    bothEnded(await original.closed(), result)
    equal(result.received, 10, 'bytes after our end')
  }))

test('they end first', () =>
  direct('serve', 1000, async (original, peer) => {
    original.stream.end()
    const result = await peer.result()
    const state = await original.closed()
    bothEnded(state, result)
    equal(state.received, 1000, 'bytes after their end')
  }))

test('we destroy', () =>
  direct('destroy', 5000, async (original, peer) => {
    original.stream.write(pattern(100000))
    const state = await original.closed()
    const result = await peer.result()
    equal(state.error, 'ECONNRESET', 'error of the original')
    equal(result.reason, 'destroyed', 'close of the peer')
  }))

test('they destroy', () =>
  direct('echo', 0, async (original, peer) => {
    original.stream.write(pattern(100))
    original.onData(() => original.stream.destroy())
    await original.closed()
    const result = await peer.result()
    equal(result.reason, 'reset', 'close of the peer')
  }))

test('our last acknowledgement is lost and the tombstone answers', () => {
  // They end last: what we send after their END is its acknowledgement.
  let theyEnded = false
  let lost = 0
  const pass = (datagram, fromLeft) => {
    if (fromLeft && (datagram[2] & 2) !== 0) theyEnded = true
    if (fromLeft || !theyEnded || lost > 0) return true
    lost++
    return false
  }
  return between('send', 1000, { pass }, async (original, peer) => {
    original.stream.on('end', () => original.stream.end())
    const result = await peer.result()
    equal(result.reason, 'ended', 'close of the peer')
    const start = Date.now()
    const state = await original.closed()
    bothEnded(state, result)
    equal(lost, 1, 'lost')
    return `closed after ${Date.now() - start} ms`
  })
})

test('our destroy is lost and the tombstone repeats it', () => {
  let lost = 0
  const pass = (datagram, fromLeft) => {
    if (fromLeft || datagram[2] !== destroyFlag || lost > 0) return true
    lost++
    return false
  }
  return between('destroy', 5000, { pass }, async (original, peer) => {
    original.stream.write(pattern(100000))
    const state = await original.closed()
    equal(state.error, 'ECONNRESET', 'error of the original')
    equal(lost, 1, 'lost')
  })
})

test('our closed window stops them until a bare acknowledgement', () =>
  direct('window', 1500, async (original, peer) => {
    const start = Date.now()
    const data = pattern(100000)
    original.stream.end(data)
    const state = await original.closed()
    const took = Date.now() - start
    const result = await peer.result()
    bothEnded(state, result)
    equal(result.received, data.length, 'bytes of the peer')
    equal(state.received, data.length, 'bytes echoed')
    atLeast(took, 1450, 'time')
    return `${took} ms`
  }))

test('200 MB between two of ours', async () => {
  const left = await startPeer('blast', originalId, peerId, 200 * megabyte)
  const right = await startPeer('sink', peerId, originalId)
  left.connect(right.port)
  right.connect(left.port)
  const result = await left.result()
  const other = await right.result()
  left.stop()
  right.stop()
  equal(result.reason, 'ended', 'close of the sender')
  equal(other.reason, 'ended', 'close of the receiver')
  equal(other.received, 200 * megabyte, 'bytes received')
  return `${(200 / result.seconds).toFixed(0)} MB/s`
})

await runAll(process.argv.slice(2))
