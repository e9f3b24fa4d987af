// The way to the server: questions over HTTP, events over a WebSocket that comes
// again from the last length that it has seen.
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 5000
const POLL_MS = 2000

let token = sessionStorage.getItem('token') ?? ''

export class NotFound extends Error {}
export class NeedsToken extends Error {}

export function useToken (text) {
  token = text
  sessionStorage.setItem('token', text)
}

export async function get (path) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {}
  const answer = await fetch(path, { headers, cache: 'no-store' })
  if (answer.status === 401) throw new NeedsToken()
  const body = await answer.json()
  if (answer.status === 404) throw new NotFound(body.message)
  if (!answer.ok) throw new Error(body.message)
  return body
}

export const nameUrl = (name) => `/v1/names/${encodeURIComponent(name)}`

// Calls: change(event), trace(batch), state('live' | 'lost' | 'polling', text),
// status(): something may be new.
export class Events {
  constructor (length, calls) {
    this.length = length
    this.calls = calls
    this.traced = false
    this.pause = RETRY_FIRST_MS
    this.connect()
  }

  // With the messages of the actors, or without: another socket, same place.
  watch (traced) {
    if (traced === this.traced) return
    this.traced = traced
    this.connect()
  }

  connect () {
    clearTimeout(this.timer)
    if (this.socket) {
      this.socket.onclose = null
      this.socket.close()
    }
    // A browser cannot give a token with a WebSocket.
    if (token) return this.poll()
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const trace = this.traced ? '&trace=1' : ''
    const socket = new WebSocket(`${scheme}://${location.host}/v1/events?from=${this.length}${trace}`)
    this.socket = socket
    socket.onopen = () => {
      this.pause = RETRY_FIRST_MS
      this.calls.state('live', 'live')
      this.calls.status()
    }
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return
      const message = JSON.parse(data)
      if (message.trace) return this.calls.trace(message.trace)
      this.length = message.length
      this.calls.change(message)
    }
    socket.onclose = () => {
      this.calls.state('lost', 'connection lost, trying again')
      this.timer = setTimeout(() => this.connect(), this.pause)
      this.pause = Math.min(this.pause * 2, RETRY_LAST_MS)
    }
  }

  async poll () {
    try {
      await this.calls.status()
      this.calls.state('polling', 'looked at every 2 s; no live view with a token')
    } catch {
      this.calls.state('lost', 'connection lost, trying again')
    }
    this.timer = setTimeout(() => this.poll(), POLL_MS)
  }
}
