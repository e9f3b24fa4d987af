// The way to the server: questions over HTTP, events over a WebSocket that comes
// again from the last length that it has seen.
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 5000

let token = sessionStorage.getItem('token') ?? ''

export class NeedsToken extends Error {}

export function useToken (text) {
  token = text
  sessionStorage.setItem('token', text)
}

const tokenBytes = () => [...new TextEncoder().encode(token)]

export async function get (path) {
  const headers = token ? { Authorization: `Bearer ${String.fromCharCode(...tokenBytes())}` } : {}
  const answer = await fetch(path, { headers, cache: 'no-store' })
  if (answer.status === 401) throw new NeedsToken('a token is needed')
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.message)
  return body
}

export const nameUrl = (name) => `/v1/names/${encodeURIComponent(name)}`

// A page gives a WebSocket no header: the token goes as a subprotocol, in hex.
function protocols () {
  if (!token) return []
  const hex = tokenBytes().map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return ['hyper-registry', `bearer.${hex}`]
}

// Calls: change(event), trace(batch), live(), lost().
export class Events {
  constructor (length, traced, calls) {
    this.length = length
    this.traced = traced
    this.calls = calls
    this.pause = RETRY_FIRST_MS
    this.connect()
  }

  // With the messages of the actors, or without: another socket, same place.
  watch (traced) {
    if (traced === this.traced) return
    this.traced = traced
    this.connect()
  }

  stop () {
    clearTimeout(this.timer)
    if (!this.socket) return
    this.socket.onclose = null
    this.socket.close()
  }

  connect () {
    this.stop()
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const trace = this.traced ? '&trace=1' : ''
    const url = `${scheme}://${location.host}/v1/events?from=${this.length}${trace}`
    const socket = new WebSocket(url, protocols())
    this.socket = socket
    socket.onopen = () => {
      this.pause = RETRY_FIRST_MS
      this.calls.live()
    }
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return
      const message = JSON.parse(data)
      if (message.trace) return this.calls.trace(message.trace)
      this.length = message.length
      this.calls.change(message)
    }
    socket.onclose = () => {
      this.calls.lost()
      this.timer = setTimeout(() => this.connect(), this.pause)
      this.pause = Math.min(this.pause * 2, RETRY_LAST_MS)
    }
  }
}
