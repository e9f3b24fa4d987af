// The newest messages between the actors, with what caused what.
//
// A server counts its messages from 1, so that behind a restart the numbers come
// again. Here each connection that is lost begins a new run, and a message is known
// by its id: `run:number`. Causes are looked for in the same run.
export class Records {
  #kept
  #held = false
  #run = 1
  #records = new Map() // by id; the oldest is the first
  #effects = new Map() // id -> ids of those kept that it caused, in their order

  constructor (kept) {
    this.#kept = kept
  }

  get size () {
    return this.#records.size
  }

  // How many are known to have caused one that is kept.
  get causes () {
    return this.#effects.size
  }

  // While held, what is kept stays, and as much comes to it; what is beyond that is
  // not kept.
  hold (on) {
    this.#held = on
    while (!on && this.#records.size > this.#kept) this.#drop(this.#oldest())
  }

  startRun () {
    this.#run++
  }

  // Adds what came; gives it with its id, its run, and the ids of what it names, or
  // nothing if it is not kept.
  add (message) {
    if (this.#held && this.#records.size >= 2 * this.#kept) return
    const idOf = (number) => number ? `${this.#run}:${number}` : undefined
    const one = { ...message, run: this.#run, id: idOf(message.number), causeId: idOf(message.cause), questionId: idOf(message.question) }
    this.#records.set(one.id, one)
    if (one.causeId) {
      const caused = this.#effects.get(one.causeId)
      if (caused) caused.push(one.id)
      else this.#effects.set(one.causeId, [one.id])
    }
    if (!this.#held && this.#records.size > this.#kept) this.#drop(this.#oldest())
    return one
  }

  get (id) {
    return this.#records.get(id)
  }

  // In their order.
  newest (passes, most) {
    return [...this.#records.values()].filter(passes).slice(-most)
  }

  // From the first cause that is known to this one.
  causesOf (one, most) {
    const out = []
    for (let at = one; at && out.length < most; at = this.get(at.causeId)) out.push(at)
    return out.reverse()
  }

  effectsOf ({ id }) {
    return (this.#effects.get(id) ?? []).map((effect) => this.get(effect))
  }

  #oldest () {
    return this.#records.values().next().value
  }

  // Whatever is in the list of effects is kept, so that the lists end with it.
  #drop ({ id, causeId }) {
    this.#records.delete(id)
    const caused = this.#effects.get(causeId)
    if (!caused) return
    caused.splice(caused.indexOf(id), 1)
    if (caused.length === 0) this.#effects.delete(causeId)
  }
}
