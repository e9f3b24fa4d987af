// Many calls, few runs: a call is followed by a run, one at a time, and not
// sooner than `pause` ms behind the call. What happens meanwhile is one call.
export function coalesced (run, pause) {
  let timer
  let running = false
  let again = false
  async function start () {
    timer = undefined
    running = true
    try {
      await run()
    } finally {
      running = false
      if (again) call()
      again = false
    }
  }
  function call () {
    if (running) again = true
    else timer ??= setTimeout(start, pause)
  }
  return call
}
