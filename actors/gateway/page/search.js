// Names that begin as it is typed.
import { coalesced } from './coalesced.js'
import { get } from './connection.js'
import { at, say } from './dom.js'
import { fillNames } from './items.js'
import { openName } from './one.js'

const TYPING_MS = 80
const PAGE = 20
const MOST = 1000

let wanted = PAGE
let toOpen // the question whose first name is opened when it is answered
let asked = 0 // only the last question is answered
let asking // the one under way, to be given up

function next () {
  asking?.abort()
  asking = new AbortController()
  return ++asked
}

async function search () {
  const query = at('query').value
  const turn = next()
  if (query === '') return showNames([], false, '')
  try {
    const { names, more } = await get(`/v1/names?prefix=${encodeURIComponent(query)}&limit=${wanted}`, asking.signal)
    if (turn !== asked) return
    const count = `${names.length}${more ? ' or more' : ''} ${names.length === 1 ? 'name' : 'names'}`
    showNames(names, more, names.length === 0 ? 'Nobody has a name that begins so.' : count)
    if (toOpen !== query) return
    toOpen = undefined
    openName(names[0]?.name ?? query) // nobody may have it now: there is a history all the same
  } catch (error) {
    if (turn !== asked) return
    toOpen = undefined
    showNames([], false, `Not answered: ${error.message}`)
  }
}

function showNames (names, more, text) {
  say('found', text)
  fillNames(at('results'), names, openName, at('query'))
  at('more-results').hidden = !more || wanted >= MOST
}

const searchSoon = coalesced(search, TYPING_MS)

// What is found may be another by now.
export function searchAgain (changed) {
  const query = at('query').value
  if (query !== '' && (changed === undefined || changed.startsWith(query))) searchSoon()
}

export function startSearch () {
  at('query').addEventListener('input', () => {
    next()
    wanted = PAGE
    toOpen = undefined
    searchSoon()
  })
  at('search').addEventListener('submit', (event) => {
    event.preventDefault()
    toOpen = at('query').value
    searchSoon()
  })
  at('more-results').addEventListener('click', async () => {
    const first = at('results').children.length
    wanted = Math.min(MOST, wanted * 5)
    await search()
    at('results').children[first]?.querySelector('button').focus()
  })
}
