// Waiting for conditions, never for time to pass. Deadlines are generous: they
// end a test that would hang, they do not judge speed.
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 50

export async function within (ms, what, promise) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

// Asks until `ask` gives something true, and returns that. For what comes about
// by itself at another process and tells nobody.
export async function until (ms, what, ask) {
  const end = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`)
    await pause(POLL_MS)
  }
}

// Runs `work` and returns [its result, milliseconds it took].
export async function timed (work) {
  const start = Date.now()
  const result = await work()
  return [result, Date.now() - start]
}
