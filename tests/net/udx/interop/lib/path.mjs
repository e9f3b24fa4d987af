// A path between two ports that loses, delays and cuts off what passes. Each
// side talks to a port of the path's own.

import dgram from 'node:dgram'

const host = '127.0.0.1'

function bind () {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  return new Promise((resolve) => socket.bind(0, host, () => resolve(socket)))
}

// Numbers in [0, 1) that are the same in every run.
export function chance (seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

// options: loss and late, chances; ipSizeMax; noise, a chance that a foreign
// datagram follows; pass(datagram, fromLeft), which may refuse.
export async function openPath (leftPort, rightPort, options = {}) {
  const { loss = 0, late = 0, ipSizeMax = Infinity, noise = 0, seed = 1 } = options
  const pass = options.pass ?? (() => true)
  const draw = chance(seed)
  const left = await bind()
  const right = await bind()
  let closed = false

  function forward (datagram, out, port, fromLeft) {
    if (datagram.length + 28 > ipSizeMax || draw() < loss) return
    if (!pass(datagram, fromLeft)) return
    const send = () => { if (!closed) out.send(datagram, port, host) }
    if (draw() < late) setTimeout(send, 1 + draw() * 4)
    else send()
    if (draw() < noise) out.send(Buffer.from([draw() < 0.5 ? 0 : 3]), port, host)
  }

  left.on('message', (datagram) => forward(datagram, right, rightPort, true))
  right.on('message', (datagram) => forward(datagram, left, leftPort, false))
  return {
    leftPort: left.address().port, // the left side sends there
    rightPort: right.address().port,
    close () {
      closed = true
      left.close()
      right.close()
    }
  }
}
