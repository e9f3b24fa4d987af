// Ports for bootstrap nodes, and the question whether one answers.
import dgram from 'node:dgram'
import { once } from 'node:events'
import { until } from './wait.mjs'

const HOST = '127.0.0.1'
const ANSWER_MS = 20_000

// Below the range that systems give to sockets without a wish, so that no other
// program of the test takes the port while its owner restarts.
const FIRST = 20_000
const COUNT = 10_000

export async function freePort () {
  return until(ANSWER_MS, 'a free port', async () => {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    const socket = dgram.createSocket('udp4')
    socket.bind(port, HOST)
    try {
      await once(socket, 'listening')
      return port
    } catch {
      return null
    } finally {
      socket.close()
    }
  })
}

// A node that answers a DHT ping is ready; what it prints does not matter.
export async function answersPing (port) {
  const socket = dgram.createSocket('udp4')
  let answered = false
  socket.on('message', () => { answered = true })
  socket.on('error', () => {})
  socket.bind(0, HOST)
  await once(socket, 'listening')
  try {
    await until(ANSWER_MS, `an answer from the bootstrap node on port ${port}`, () => {
      if (!answered) socket.send(ping(port), port, HOST, () => {})
      return answered
    })
  } finally {
    socket.close()
  }
}

function ping (port) {
  const request = Buffer.from('03041234' + '7f000001' + '0000' + '00', 'hex')
  request.writeUInt16LE(port, 8)
  return request
}
