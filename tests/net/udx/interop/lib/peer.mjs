// The program under test as a child process.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const program = process.env.UDX_PEER

export async function startPeer (role, localId, remoteId, count = 0) {
  const child = spawn(program, [role, localId, remoteId, count].map(String), {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = (await lines.next()).value
  const port = Number(first.split(' ')[1])
  return {
    port,
    connect (remotePort) {
      child.stdin.end(remotePort + '\n')
    },
    async result () {
      const { value } = await lines.next()
      return JSON.parse(value)
    },
    stop () {
      child.kill('SIGKILL')
    }
  }
}
