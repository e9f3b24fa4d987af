// Search, one name, latest changes, the state of the copy.
import { coalesced } from './coalesced.js'
import { get, nameUrl } from './connection.js'
import { at, element, fill, terms } from './dom.js'

const TYPING_MS = 80
const REFRESH_MS = 250
const RESULTS = 20
const LATEST = 50
const PAGE = 100 // changes of one name, names of one key

let asked = 0 // only the last question is answered
let shown // the name that is open, with its changes, the newest first, and the others of its key

const short = (key) => `${key.slice(0, 8)}…`

function changeItem ({ length, action }, rest) {
  return element('li', {}, element('span', { class: 'length' }, length), element('span', { class: action }, action), rest)
}

function nameItem ({ name, key }) {
  return element('li', {}, element('button', { type: 'button', onclick: () => openName(name) },
    element('span', { class: 'name' }, name), element('span', { class: 'key' }, key ? short(key) : '')))
}

const fillNames = (list, names) => fill(list, names, ({ name, key }) => `${key} ${name}`, nameItem)

async function search () {
  const query = at('query').value
  const turn = ++asked
  if (query === '') {
    at('found').textContent = ''
    at('results').replaceChildren()
    return
  }
  try {
    const { names, more } = await get(`/v1/names?prefix=${encodeURIComponent(query)}&limit=${RESULTS}`)
    if (turn !== asked) return
    at('found').textContent = names.length === 0
      ? 'Nobody has a name that begins so.'
      : `${names.length}${more ? ' or more' : ''} ${names.length === 1 ? 'name' : 'names'}`
    fillNames(at('results'), names)
  } catch (error) {
    if (turn === asked) at('found').textContent = `Not answered: ${error.message}`
  }
}

const searchSoon = coalesced(search, TYPING_MS)

const historyOf = (name, from) =>
  get(`${nameUrl(name)}/history?order=newest&limit=${PAGE}${from === undefined ? '' : `&from=${from}`}`)

// Puts the newest changes in front of those that are there; if some between them
// are missing, they alone stay.
function join (one, { changes, more }) {
  const last = changes.at(-1).length
  const meets = !more || (one.changes.length > 0 && one.changes[0].length >= last)
  const older = one.changes.filter(({ length }) => length < last)
  one.changes = meets ? [...changes, ...older] : changes
  if (older.length === 0 || !meets) one.more = more
}

// The newest change says who has it: the log is the only truth.
async function refresh (one) {
  join(one, await historyOf(one.name))
  const { action, key } = one.changes[0]
  one.owned = action === 'register'
  const { names, more } = one.owned ? await get(`/v1/keys/${key}?limit=${PAGE}`) : { names: [], more: false }
  one.others = names.filter(({ name }) => name !== one.name)
  one.moreOthers = more
}

function historyItem (change) {
  const out = changeItem(change, element('span', { class: 'key' }, change.key ?? ''))
  out.tabIndex = -1 // for who asks for older ones
  return out
}

function showOne ({ name, changes, more, owned, others, moreOthers }) {
  const facts = owned
    ? { key: element('code', {}, changes[0].key), since: `length ${changes[0].length}` }
    : { key: 'nobody has it now' }
  at('one-title').textContent = name
  at('one-facts').replaceChildren(...terms(facts))
  fill(at('history'), changes, ({ length }) => length, historyItem)
  at('older').hidden = !more
  at('same-key').hidden = others.length === 0
  fillNames(at('same-key-names'), others)
  at('same-key-more').hidden = !moreOthers
  at('one').hidden = false
}

async function openName (name) {
  const one = { name, changes: [], more: false }
  shown = one
  try {
    await refresh(one)
    if (shown !== one) return
    showOne(one)
    at('one-title').focus()
  } catch (error) {
    if (shown === one) at('found').textContent = `Not answered: ${error.message}`
  }
}

// What is asked in vain is asked again at the next change.
const refreshSoon = coalesced(async () => {
  const one = shown
  try {
    await refresh(one)
    if (shown === one) showOne(one)
  } catch {}
}, REFRESH_MS)

async function showOlder () {
  const one = shown
  const last = one.changes.at(-1).length
  try {
    const { changes, more } = await historyOf(one.name, last - 1)
    if (shown !== one || one.changes.at(-1).length !== last) return
    const first = one.changes.length
    one.changes = [...one.changes, ...changes]
    one.more = more
    showOne(one)
    at('history').children[first].focus()
  } catch (error) {
    at('found').textContent = `Not answered: ${error.message}`
  }
}

export function addChange (change) {
  const list = at('latest')
  const { name } = change
  list.prepend(changeItem(change, element('button', { type: 'button', class: 'name', onclick: () => openName(name) }, name)))
  while (list.children.length > LATEST) list.lastChild.remove()
  at('no-changes').hidden = true
  if (name === shown?.name) refreshSoon()
  if (at('query').value !== '' && name.startsWith(at('query').value)) searchSoon()
}

function age (ms) {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

export async function showStatus () {
  const now = await get('/v1/status')
  const rows = {
    names: now.names,
    length: now.length,
    state: now.problem || (now.current ? 'current' : `last compared ${age(now.age_ms)} ago`),
    'peers claim': now.claimed,
    peers: now.peers,
    bytes: now.bytes,
    log: element('code', {}, now.log)
  }
  at('status').replaceChildren(...terms(rows))
  return now
}

export function startNames () {
  at('query').addEventListener('input', searchSoon)
  at('older').addEventListener('click', showOlder)
  at('search').addEventListener('submit', async (event) => {
    event.preventDefault()
    await search()
    at('results').querySelector('button')?.click()
  })
}
