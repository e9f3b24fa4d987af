// What a person sees and does. Conditions are waited for, never times.
import assert from 'node:assert/strict'
import { openBrowser, Registry } from './registry.mjs'

const URL = 'http://127.0.0.1:8080/'
const WAIT_MS = 20_000
const MARKUP = '<img src=x onerror="document.title=\'broken\'"><b>bold</b>'

const registry = await new Registry().start()
const browser = await openBrowser()
const cases = []
const test = (title, play) => cases.push({ title, play })

// A page whose every mistake is noted: errors, refused content, other origins. It
// is waited for until it is live, unless something else comes first.
async function open (options = {}, url = URL, live = true) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(WAIT_MS)
  page.mistakes = []
  page.on('pageerror', (error) => page.mistakes.push(`error: ${error.message}`))
  page.on('console', (line) => {
    if (line.type() === 'error' && !page.expected?.test(line.text())) page.mistakes.push(`console: ${line.text()}`)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(new globalThis.URL(url).origin)) page.mistakes.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  if (live) await isLive(page)
  page.end = async () => {
    assert.deepEqual(page.mistakes, [])
    await context.close()
  }
  return page
}

const LOST = /ERR_CONNECTION_REFUSED|WebSocket connection to/
const isLive = (page) => page.getByRole('status').filter({ hasText: 'live' }).waitFor()
const isLost = (page) => page.getByRole('status').filter({ hasText: 'connection lost' }).waitFor()
const tableRow = (page, kind) => page.locator('#numbers tr').filter({ has: page.getByRole('rowheader', { name: kind, exact: true }) })
const latest = (page) => page.locator('#latest li')
const type = (page, text) => page.getByRole('searchbox', { name: 'Name, or how it begins' }).fill(text)
const heading = (page, name) => page.getByRole('heading', { name, exact: true })
const focusedText = (page) => page.evaluate(() => document.activeElement.textContent)

// Holds the answers to what has this in its path until the returned function is
// called; each is as it was when it was asked for.
async function hold (page, path) {
  let release
  const released = new Promise((resolve) => { release = resolve })
  const asked = new Promise((resolve) => {
    page.route((url) => url.href.includes(path), async (route) => {
      const response = await route.fetch()
      resolve()
      await released
      await route.fulfill({ response }).catch(() => {}) // it may be given up
    }, { times: 1 })
  })
  return { asked, release }
}
const fail = (page, path) => page.route((url) => url.href.includes(path), (route) => route.abort())
const result = (page, name) => page.locator('#results button').filter({ hasText: name })

test('a name registered a moment ago is found without a reload', async () => {
  const page = await open()
  await type(page, 'fresh')
  await page.getByText('Nobody has a name that begins so.').waitFor()
  const { code } = await registry.client('ann', 'register', 'fresh-one')
  assert.equal(code, 0)
  await result(page, 'fresh-one').waitFor()
  await latest(page).first().filter({ hasText: 'register' }).filter({ hasText: 'fresh-one' }).waitFor()
  await page.end()
})

test('search while typing, and what is known about a name', async () => {
  for (const name of ['maple', 'maple-leaf', 'mahogany']) await registry.client('ann', 'register', name)
  await registry.client('ann', 'delete', 'maple')
  await registry.client('bob', 'register', 'maple')
  const { stdout } = await registry.client('bob', 'whoami')
  const key = stdout.join('\n').match(/[0-9a-f]{64}/)[0]
  const page = await open()
  await type(page, 'ma')
  await page.getByText('3 names').waitFor()
  await type(page, 'maple')
  await page.getByText('2 names').waitFor()
  await result(page, 'maple').first().click()
  await page.getByRole('heading', { name: 'maple', exact: true }).waitFor()
  await page.locator('#one-facts').getByText(key).waitFor()
  assert.deepEqual(await page.locator('#history li span:nth-child(2)').allTextContents(), ['register', 'delete', 'register'])
  await registry.client('bob', 'delete', 'maple')
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  await page.end()
})

test('the state of the copy', async () => {
  const page = await open()
  const status = page.locator('#status')
  await status.getByText(registry.coreKey).waitFor()
  await status.getByText('current').waitFor()
  await page.end()
})

test('names with markup in them are text', async () => {
  const { code } = await registry.client('ann', 'register', MARKUP)
  assert.equal(code, 0)
  const page = await open()
  await latest(page).filter({ hasText: MARKUP }).waitFor()
  await type(page, '<img')
  await result(page, MARKUP).click()
  await page.getByRole('heading', { name: MARKUP, exact: true }).waitFor()
  assert.equal(await page.locator('main img, main b').count(), 0)
  assert.equal(await page.title(), 'hyper-registry')
  await page.getByRole('tab', { name: 'Actors' }).click()
  await registry.client('ann', 'delete', MARKUP)
  await page.locator('#messages .message').filter({ hasText: '<img' }).first().waitFor()
  assert.equal(await page.locator('main img, main b').count(), 0)
  await page.end()
})

// The story of the chosen message, as types in order.
const types = (page, label) => page.getByRole('list', { name: label, exact: true }).locator('.type').allTextContents()

test('the actors show the path of a register, back and forth', async () => {
  const page = await open()
  await page.getByRole('tab', { name: 'Actors' }).click()
  await registry.client('ann', 'register', 'followed')
  const change = page.locator('.message').filter({ hasText: 'change_name' }).filter({ hasText: 'followed' })
  await change.first().click()
  await page.getByRole('heading', { name: /^change_name, #/ }).waitFor()
  const causes = await types(page, 'What caused it')
  assert.deepEqual(causes.slice(-3), ['arrived', 'rpc_request', 'change_name'])
  // What comes only now belongs to it, too.
  await page.getByRole('list', { name: 'What it caused', exact: true }).locator('.type').getByText('rpc_answer').waitFor()
  const caused = await types(page, 'What it caused')
  assert.ok(caused.includes('committed'), caused.join())
  for (const next of ['decided', 'log_grown', 'rpc_answer']) assert.ok(caused.includes(next), `${next} in ${caused.join()}`)
  // From an effect back to its cause, and to the question that it answers.
  await page.getByRole('list', { name: 'What it caused', exact: true }).locator('.message').filter({ hasText: 'decided' }).first().click()
  await page.getByRole('heading', { name: /^decided, #/ }).waitFor()
  assert.deepEqual(await types(page, 'The question'), ['change_name'])
  for (const kind of ['peer', 'dispatcher', 'log_writer', 'index', 'disk']) {
    await page.locator('#picture .kind').getByText(kind, { exact: true }).waitFor()
  }
  await page.end()
})

test('arrows say who told whom, and a table how many there are', async () => {
  const page = await open({}, `${URL}#actors`)
  await registry.client('ann', 'register', 'with-arrows')
  const ends = async (from, to) => {
    const arrow = page.locator(`#picture .arrow[data-from=${from}][data-to=${to}]`)
    await arrow.waitFor({ state: 'attached' })
    const points = (await arrow.getAttribute('d')).match(/-?[\d.]+ -?[\d.]+/g).map((point) => point.split(' ').map(Number))
    const middle = async (kind) => page.locator('#picture .kind').getByText(kind, { exact: true })
      .evaluate((text) => [Number(text.getAttribute('x')), Number(text.getAttribute('y'))])
    return { points, from: await middle(from), to: await middle(to) }
  }
  const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by)
  const seen = []
  for (const [one, other] of [['peer', 'dispatcher'], ['dispatcher', 'peer'], ['dispatcher', 'log_writer'], ['disk', 'log_writer']]) {
    const { points: [tail, tip, ...head], from, to } = await ends(one, other)
    assert.ok(distance(tail, from) < distance(tail, to), `${one} → ${other} begins at ${one}`)
    assert.ok(distance(tip, to) < distance(tip, from), `${one} → ${other} ends at ${other}`)
    assert.deepEqual(head[1], tip, 'the head is at the end')
    seen.push(tail.join(), tip.join())
  }
  assert.equal(new Set(seen).size, seen.length, 'the two directions lie beside each other')
  await page.getByText('The numbers as a table').click()
  assert.equal(await tableRow(page, 'log_writer').locator('td').first().textContent(), '1')
  assert.match(await tableRow(page, 'peer').locator('td').nth(1).textContent(), /^\d+$/)
  await page.end()
})

test('messages can be filtered, and stand still', async () => {
  const page = await open({}, `${URL}#actors`)
  await page.getByRole('searchbox', { name: 'Show only' }).fill('log_writer kept-still')
  await registry.client('ann', 'register', 'kept-still')
  await page.locator('#messages .message').first().waitFor()
  for (const text of await page.locator('#messages .message').allTextContents()) assert.match(text, /log_writer/)
  await page.getByRole('button', { name: 'Pause' }).click()
  const before = await page.locator('#messages').textContent()
  const kept = await page.locator('#counts').textContent()
  await registry.client('ann', 'delete', 'kept-still')
  await page.waitForFunction((old) => document.getElementById('counts').textContent !== old, kept)
  assert.equal(await page.locator('#messages').textContent(), before)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.locator('#messages .message').filter({ hasText: 'action=delete' }).first().waitFor()
  await page.end()
})

test('a lost server is shown and recovered from; nothing is missed or doubled', async () => {
  const page = await open()
  page.expected = LOST
  await registry.client('ann', 'register', 'before-loss')
  await latest(page).filter({ hasText: 'before-loss' }).waitFor()
  await registry.server.kill()
  await isLost(page)
  await registry.startServer({ page: false })
  for (const name of ['in-the-gap', 'also-in-the-gap']) await registry.client('ann', 'register', name)
  await registry.server.stop()
  await registry.startServer()
  await isLive(page)
  await latest(page).first().filter({ hasText: 'also-in-the-gap' }).waitFor()
  await registry.client('ann', 'register', 'after-loss')
  await latest(page).filter({ hasText: 'after-loss' }).waitFor()
  const lengths = (await page.locator('#latest .length').allTextContents()).map(Number)
  assert.deepEqual(lengths, [...new Set(lengths)].sort((a, b) => b - a), 'each change once, newest first')
  assert.equal(lengths[0] - lengths.at(-1), lengths.length - 1, 'and none is missing')
  await page.end()
})

test('a server with another log is shown as such', async () => {
  const page = await open()
  page.expected = LOST
  await page.locator('#status').getByText(registry.coreKey).waitFor()
  await registry.server.stop()
  await isLost(page)
  await registry.startServer({ storage: 'other-server' })
  await page.locator('#status').getByText(registry.coreKey).waitFor()
  await isLive(page)
  assert.deepEqual(await latest(page).allTextContents(), [])
  await registry.server.stop()
  await registry.startServer()
  await page.locator('#status').getByText(registry.coreKey).waitFor()
  await page.end()
})

test('a new server counts anew: what it tells is not mixed with what the old one told', async () => {
  const page = await open({}, `${URL}#actors`)
  page.expected = LOST
  await page.getByRole('searchbox', { name: 'Show only' }).fill('change_name told-by')
  // The types that led there, and the runs from which the whole story is.
  const story = async (name) => {
    await page.locator('#messages .message').filter({ hasText: name }).click()
    await page.locator('#story').getByText(name).first().waitFor()
    const runs = await page.locator('#story li').evaluateAll((items) => items.map((item) => item.dataset.run))
    const out = { causes: (await types(page, 'What caused it')).slice(-3), runs: [...new Set(runs)] }
    await page.getByRole('button', { name: 'Go on' }).click()
    return out
  }
  const path = ['arrived', 'rpc_request', 'change_name']
  await registry.client('ann', 'register', 'told-by-the-old')
  assert.deepEqual(await story('told-by-the-old'), { causes: path, runs: ['1'] })
  await registry.server.kill()
  await isLost(page)
  await registry.startServer()
  await isLive(page)
  for (const name of ['a', 'b', 'c', 'd']) await registry.client('ann', 'register', `told-by-the-new-${name}`)
  await page.getByText('Before this, the connection was lost.').waitFor()
  const { runs: [last, ...others] } = await story('told-by-the-new-d')
  assert.ok(Number(last) > 1 && others.length === 0, 'a story of the new server alone')
  assert.deepEqual(await story('told-by-the-old'), { causes: path, runs: ['1'] })
  await page.end()
})

test('a name with many changes: who has it, and all that happened to it', async () => {
  const often = Array.from({ length: 130 }, () => ['register often-changed', 'delete often-changed']).flat()
  await registry.clientReading('ann', ['register beside-it', ...often, 'register often-changed'])
  const { stdout } = await registry.client('ann', 'whoami')
  const key = stdout.join('\n').match(/[0-9a-f]{64}/)[0]
  const page = await open()
  await type(page, 'often')
  await result(page, 'often-changed').click()
  await page.locator('#one-facts').getByText(key).waitFor()
  const history = page.locator('#history li')
  const older = page.getByRole('button', { name: 'Older changes' })
  for (const action of ['delete', 'register']) await registry.client('ann', action, 'often-changed')
  await page.waitForFunction((text) => document.querySelector('#one-facts').textContent.includes(text) &&
    document.querySelector('#history .length').textContent === document.querySelector('#latest .length').textContent, key)
  for (const shown of [100, 200]) {
    assert.equal(await history.count(), shown)
    await older.click()
    await page.waitForFunction((count) => document.querySelectorAll('#history li').length > count, shown)
    const focused = await page.evaluate(() => [...document.getElementById('history').children].indexOf(document.activeElement))
    assert.equal(focused, shown, 'one reads on at the first of the older ones')
  }
  await older.waitFor({ state: 'hidden' })
  await registry.client('ann', 'delete', 'often-changed')
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  const lengths = (await page.locator('#history .length').allTextContents()).map(Number)
  assert.deepEqual(lengths, [...new Set(lengths)].sort((a, b) => b - a), 'each change once, newest first')
  assert.equal(lengths.length, 264)
  await page.end()
})

test('what is focused stays so when something changes', async () => {
  await registry.client('eve', 'register', 'still-one')
  await registry.client('eve', 'register', 'still-two')
  const page = await open()
  await type(page, 'still')
  await page.getByText('2 names').waitFor()
  await result(page, 'still-two').click()
  await page.getByRole('heading', { name: 'still-two', exact: true }).waitFor()
  await page.mouse.move(0, 0)
  await result(page, 'still-one').focus()
  await registry.client('eve', 'register', 'still-three')
  await result(page, 'still-three').waitFor()
  await registry.client('eve', 'delete', 'still-two')
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  await result(page, 'still-two').waitFor({ state: 'detached' })
  assert.match(await focusedText(page), /^still-one/)
  await registry.client('eve', 'delete', 'still-one')
  await registry.client('bob', 'register', 'still-one')
  await registry.client('bob', 'delete', 'still-one')
  await result(page, 'still-one').waitFor({ state: 'detached' })
  assert.match(await focusedText(page), /^still-three/, 'the next one has the focus of one that goes')
  await registry.client('eve', 'delete', 'still-three')
  await page.getByText('Nobody has a name that begins so.').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'query')
  await page.end()
})

test('a slow answer does not replace what is newer', async () => {
  await registry.client('ann', 'register', 'racing')
  const page = await open()
  await type(page, 'racing')
  const { asked, release } = await hold(page, '/racing/history')
  await result(page, 'racing').click()
  await asked
  await registry.client('ann', 'delete', 'racing')
  await latest(page).first().filter({ hasText: 'delete' }).waitFor()
  release()
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  assert.equal(await page.locator('#history li').count(), 2)
  await page.end()
})

test('a slow answer leaves alone whoever does something else by now', async () => {
  for (const name of ['slow-one', 'slow-two']) await registry.client('ann', 'register', name)
  const page = await open()
  await type(page, 'slow-one')
  await result(page, 'slow-one').waitFor()
  const first = await hold(page, '/slow-one/history')
  await page.keyboard.press('Enter')
  await first.asked
  await page.keyboard.type('-and')
  first.release()
  await heading(page, 'slow-one').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'query')
  // Enter opens nothing that is behind what was opened since.
  await type(page, 'slow')
  await result(page, 'slow-two').waitFor()
  const late = await hold(page, 'prefix=slow')
  await page.keyboard.press('Enter')
  await late.asked
  await result(page, 'slow-two').click()
  await heading(page, 'slow-two').waitFor()
  late.release()
  await page.waitForResponse((answer) => answer.url().includes('prefix=slow'))
  await heading(page, 'slow-two').waitFor()
  // Of a search, too, only the last question is answered.
  const second = await hold(page, 'prefix=slow')
  await type(page, 'slow')
  await second.asked
  await type(page, 'slower')
  await page.getByText('Nobody has a name that begins so.').waitFor()
  second.release()
  await type(page, 'slow-o')
  await page.getByText('1 name').waitFor()
  await page.end()
})

test('a name that is not answered leaves the open one as it is', async () => {
  for (const name of ['open-one', 'open-two']) await registry.client('ann', 'register', name)
  const page = await open()
  page.expected = /ERR_FAILED/
  await type(page, 'open-')
  await result(page, 'open-one').click()
  await heading(page, 'open-one').waitFor()
  await fail(page, '/open-two/')
  await result(page, 'open-two').click()
  await page.getByRole('alert').filter({ hasText: 'Not answered' }).waitFor()
  await heading(page, 'open-one').waitFor()
  await registry.client('ann', 'delete', 'open-one')
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  await page.unrouteAll()
  await result(page, 'open-two').click()
  await heading(page, 'open-two').waitFor()
  assert.equal(await page.getByRole('alert').filter({ hasText: 'Not answered' }).count(), 0)
  await page.end()
})

test('Enter opens what was asked for, also if nobody has it any more', async () => {
  for (const name of ['enter-one', 'enter-two', 'entered']) await registry.client('ann', 'register', name)
  await registry.client('ann', 'delete', 'entered')
  const page = await open()
  page.expected = /ERR_FAILED|404/
  await type(page, 'enter')
  await page.getByText('2 names').waitFor()
  await fail(page, 'prefix=enter-t')
  await type(page, 'enter-two')
  await page.keyboard.press('Enter')
  await page.locator('#found').getByText('Not answered').waitFor()
  assert.equal(await page.locator('#results li').count(), 0, 'what was found for another question is not shown')
  assert.equal(await page.locator('#one').isVisible(), false)
  await page.unrouteAll()
  await type(page, 'entered')
  await page.keyboard.press('Enter')
  await heading(page, 'entered').waitFor()
  await page.locator('#one-facts').getByText('nobody has it now').waitFor()
  await type(page, 'enter-never')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'never registered' }).waitFor()
  await page.end()
})

test('more names than are listed at first', async () => {
  await registry.clientReading('ann', Array.from({ length: 30 }, (_, i) => `register many-${10 + i}`))
  const page = await open()
  await type(page, 'many-')
  await page.getByText('20 or more names').waitFor()
  await page.getByRole('button', { name: 'More names' }).click()
  await page.getByText('30 names').waitFor()
  assert.match(await focusedText(page), /^many-30/, 'one reads on at the first of them')
  assert.equal(await page.getByRole('button', { name: 'More names' }).isVisible(), false)
  await page.end()
})

test('the other names of a key are those that it has now', async () => {
  for (const name of ['fay-one', 'fay-two']) await registry.client('fay', 'register', name)
  const page = await open()
  await type(page, 'fay-one')
  await result(page, 'fay-one').click()
  const others = page.locator('#same-key-names')
  await others.getByText('fay-two').waitFor()
  await registry.client('fay', 'register', 'fay-three')
  await others.getByText('fay-three').waitFor()
  await registry.client('fay', 'delete', 'fay-two')
  await others.getByText('fay-two').waitFor({ state: 'detached' })
  await others.getByRole('button').filter({ hasText: 'fay-three' }).click()
  await heading(page, 'fay-three').waitFor()
  await page.waitForFunction(() => document.activeElement.id === 'one-title')
  // Those that change while it is being opened, too.
  const { asked, release } = await hold(page, '/v1/keys/')
  await others.getByRole('button').filter({ hasText: 'fay-one' }).click()
  await asked
  await registry.client('fay', 'register', 'fay-four')
  await latest(page).first().filter({ hasText: 'fay-four' }).waitFor()
  release()
  await heading(page, 'fay-one').waitFor()
  await page.mouse.move(0, 0)
  await others.getByText('fay-four').waitFor()
  await page.end()
})

test('a list stands still for whoever points at it', async () => {
  await registry.client('ann', 'register', 'pointed-at')
  const page = await open()
  const first = latest(page).first().getByRole('button')
  await first.filter({ hasText: 'pointed-at' }).hover()
  for (const name of ['moving-one', 'moving-two']) await registry.client('ann', 'register', name)
  await page.locator('#held').waitFor()
  await page.mouse.down()
  await page.mouse.up()
  await heading(page, 'pointed-at').waitFor()
  await page.mouse.move(0, 0)
  await first.filter({ hasText: 'moving-two' }).waitFor()
  await type(page, 'moving')
  await result(page, 'moving-two').hover()
  await registry.client('ann', 'register', 'moving')
  await first.filter({ hasText: /moving$/ }).waitFor()
  assert.equal(await page.locator('#results li').count(), 2)
  await page.mouse.move(0, 0)
  await page.getByText('3 names').waitFor()
  assert.equal(await page.locator('#held').isVisible(), false)

  await page.getByRole('tab', { name: 'Actors' }).click()
  const messages = page.locator('#messages')
  await registry.client('ann', 'delete', 'moving-one')
  await messages.locator('.message').first().hover()
  const before = await messages.textContent()
  await registry.client('ann', 'delete', 'moving-two')
  await page.locator('#messages-held').waitFor()
  assert.equal(await messages.textContent(), before)
  await page.mouse.move(0, 0)
  await messages.locator('.message').filter({ hasText: 'moving-two' }).first().waitFor()
  await page.end()
})

test('a filter does not end a pause', async () => {
  const page = await open({}, `${URL}#actors`)
  await registry.client('ann', 'register', 'before-the-pause')
  await page.locator('.message').filter({ hasText: 'change_name' }).first().click()
  await page.getByRole('heading', { name: /^change_name, #/ }).waitFor()
  const kept = await page.locator('#counts').textContent()
  await registry.client('ann', 'register', 'came-later')
  await page.waitForFunction((old) => document.getElementById('counts').textContent !== old, kept)
  const filter = page.getByRole('searchbox', { name: 'Show only' })
  await filter.fill('came-later')
  await page.locator('#messages .message').first().waitFor({ state: 'detached' })
  await filter.fill('change_name')
  assert.equal(await page.locator('#messages [aria-current=true]').count(), 1, 'the chosen one is still marked')
  await filter.fill('came-later')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.locator('#messages .message').first().waitFor()
  await page.end()
})

test('what is selected stays so', async () => {
  const page = await open()
  const log = page.locator('#status code')
  await log.selectText()
  await registry.client('ann', 'register', 'while-selected')
  await latest(page).filter({ hasText: 'while-selected' }).waitFor()
  await page.waitForFunction(() => document.querySelector('#status dd:nth-of-type(2)').textContent === document.querySelector('#latest .length').textContent)
  assert.equal(await page.evaluate(() => getSelection().toString()), registry.coreKey)
  await page.end()
})

test('what is asked while the server is lost is answered when it is back', async () => {
  for (const name of ['asked-before', 'asked-meanwhile']) await registry.client('ann', 'register', name)
  const page = await open()
  page.expected = LOST
  await type(page, 'asked-')
  await result(page, 'asked-meanwhile').waitFor()
  await registry.server.kill()
  await isLost(page)
  await page.locator('#status').getByText('as it was when the connection was lost').waitFor()
  await type(page, 'asked-b')
  await page.locator('#found').getByText('Not answered').waitFor()
  await latest(page).first().getByRole('button').filter({ hasText: 'asked-meanwhile' }).click()
  await page.getByRole('alert').filter({ hasText: 'Not answered' }).waitFor()
  await page.mouse.move(0, 0)
  await page.getByRole('searchbox', { name: 'Name, or how it begins' }).focus()
  // A new client has a copy that nobody has confirmed.
  await registry.pageOfClient('newcomer', 8083)
  const other = await open({}, 'http://127.0.0.1:8083/')
  await other.locator('#status').getByText('never compared').waitFor()
  await other.end()
  await registry.startServer()
  await result(page, 'asked-before').waitFor()
  await heading(page, 'asked-meanwhile').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'query', 'nobody waits for it with the focus')
  await page.locator('#status').getByText('current').waitFor()
  await page.end()
})

test('a failing question is no lost server', async () => {
  const page = await open()
  page.expected = /502|ERR_FAILED/
  let sockets = 0
  page.on('websocket', () => sockets++)
  await page.route('**/v1/status', (route) => route.abort(), { times: 1 })
  await registry.client('ann', 'register', 'once-failed')
  await page.waitForResponse((answer) => answer.url().endsWith('/v1/status'))
  await isLive(page)
  await page.route('**/v1/status', (route) => route.fulfill({ status: 502, body: '<h1>no</h1>' }))
  await registry.client('ann', 'delete', 'once-failed')
  await page.getByRole('status').filter({ hasText: 'no answer of a registry' }).waitFor()
  await page.unrouteAll()
  await isLive(page)
  assert.equal(sockets, 0)
  await page.end()
})

test('a server that hangs is lost', async () => {
  const page = await open()
  page.expected = LOST
  page.setDefaultTimeout(3 * WAIT_MS)
  registry.server.child.kill('SIGSTOP')
  await isLost(page)
  registry.server.child.kill('SIGCONT')
  await isLive(page)
  await page.end()
})

test('the address says which view is shown', async () => {
  const page = await open()
  await page.evaluate(() => { location.hash = '#actors' })
  await page.getByRole('tabpanel', { name: 'Actors' }).waitFor()
  await page.end()
})

// The page's own modules, alone.
const inPage = async (play) => {
  const page = await open()
  const out = await page.evaluate(play)
  await page.end()
  return out
}

test('many calls are few runs, one at a time', async () => {
  const seen = await inPage(async () => {
    const { coalesced } = await import('/page/coalesced.js')
    const seen = []
    let open
    const call = coalesced(() => {
      seen.push('begin')
      return new Promise((resolve, reject) => { open = { resolve, reject } }).finally(() => seen.push('end'))
    }, 1)
    const until = async (count) => {
      for (let looks = 0; seen.length < count && looks < 2000; looks++) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    for (let i = 0; i < 100; i++) call()
    await until(1)
    for (let i = 0; i < 100; i++) call()
    open.resolve()
    await until(3)
    open.resolve()
    await until(4)
    call()
    await until(5)
    open.resolve()
    await until(6)
    return seen
  })
  assert.deepEqual(seen, ['begin', 'end', 'begin', 'end', 'begin', 'end'])
})

test('of the messages the newest are kept, and no cause without one of them', async () => {
  const seen = await inPage(async () => {
    const { Records } = await import('/page/records.js')
    const records = new Records(10)
    for (let number = 1; number <= 1000; number++) records.add({ number, cause: number * 2 + 1, question: 0 })
    const before = [records.size, records.causes]
    for (let number = 1; number <= 3; number++) records.add({ number: 2000 + number, cause: 2000, question: 2001 })
    const [, first] = records.newest(() => true, 3)
    records.startRun()
    const again = records.add({ number: 2001, cause: 2000, question: 0 })
    return {
      before,
      effects: records.effectsOf({ id: '1:2000' }).map(({ number }) => number),
      ofTheNewRun: records.effectsOf({ id: '2:2000' }).map(({ run, number }) => [run, number]),
      question: records.get(first.questionId).run,
      causes: records.causesOf(again, 10).length
    }
  })
  assert.deepEqual(seen, { before: [10, 10], effects: [2001, 2002, 2003], ofTheNewRun: [[2, 2001]], question: 1, causes: 1 })
})

test('while held nothing that is kept goes, and no more than as much comes', async () => {
  const seen = await inPage(async () => {
    const { Records } = await import('/page/records.js')
    const records = new Records(10)
    let number = 0
    const add = (count) => Array.from({ length: count }, () => records.add({ number: ++number, cause: 0, question: 0 })).filter(Boolean).length
    const ends = () => records.newest(() => true, 100).map((one) => one.number).filter((_, i, all) => i === 0 || i === all.length - 1)
    add(20)
    const out = [ends()]
    records.hold(true)
    out.push(add(50), ends())
    records.hold(false)
    return [...out, records.size, ends()]
  })
  assert.deepEqual(seen, [[11, 20], 10, [11, 30], 10, [21, 30]])
})

test('what is not seen in a name is shown', async () => {
  const names = ['', ' ', '  ', 'x y', 'x  y', ' x', 'x ', 'ab', 'a\u200bb', '\u202eevil', 'x\u00a0y', 'x\ty', 'plain', 'größe', '名前', '\u2067z', 'a\u0000']
  const page = await open()
  const shown = await page.evaluate(async (names) => {
    const { printable } = await import('/page/dom.js')
    return names.map((name) => {
      const place = document.createElement('p')
      place.append(...printable(name))
      document.body.append(place)
      return place.innerText
    })
  }, names)
  assert.equal(new Set(shown).size, names.length, shown.join('|'))
  for (const text of shown) assert.match(text, /\S/)
  assert.ok(!/[\p{C}]/u.test(shown.join('')))
  for (const name of ['x y', 'ab', 'plain', 'größe', '名前']) assert.ok(shown.includes(name), name)
  await page.end()
})

test('everything can be done from the keyboard', async () => {
  await registry.client('ann', 'register', 'mahogany')
  const page = await open()
  const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve())
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent)
  await press('Tab')
  assert.equal(await focused(), 'tab-names')
  await press('Tab')
  assert.equal(await focused(), 'query')
  await page.keyboard.type('mahogany')
  await result(page, 'mahogany').waitFor()
  await press('Tab')
  await press('Enter')
  await page.getByRole('heading', { name: 'mahogany', exact: true }).waitFor()
  assert.equal(await focused(), 'one-title')
  await press('Shift+Tab', 'Shift+Tab', 'Shift+Tab')
  assert.equal(await focused(), 'tab-names')
  await press('ArrowRight')
  assert.equal(await focused(), 'tab-actors')
  await press('Tab', 'Enter')
  await page.getByRole('table').waitFor()
  await press('Tab')
  assert.equal(await focused(), 'filter')
  await page.keyboard.type('change_name')
  await registry.client('ann', 'register', 'by-keyboard')
  await page.locator('#messages .message').first().waitFor()
  await press('Tab', 'Tab')
  await page.waitForFunction(() => document.activeElement.closest('#messages'))
  while (await page.evaluate(() => !document.activeElement.classList.contains('message'))) await press('Tab')
  await press('Enter')
  await page.getByRole('heading', { name: /^change_name, #/ }).waitFor()
  await page.end()
})

test('controls have names, and views their landmarks', async () => {
  const page = await open()
  for (const tab of ['Actors', 'Names']) {
    await page.getByRole('tab', { name: tab }).click()
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input')]
      .filter((one) => one.offsetParent !== null)
      .filter((one) => !one.textContent.trim() && !one.labels?.length && !one.getAttribute('aria-label'))
      .map((one) => one.outerHTML))
    assert.deepEqual(nameless, [])
    await page.getByRole('tabpanel', { name: tab }).waitFor()
  }
  await page.getByRole('main').waitFor()
  await page.getByRole('search').waitFor()
  await page.end()
})

// Contrast of the text with what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1).
test('both schemes can be read, also on a narrow screen', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open({ colorScheme, viewport: { width: 360, height: 740 } })
    const contrast = await page.evaluate(() => {
      const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
      const luminance = (color) => {
        const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(part)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      const behind = luminance(getComputedStyle(document.querySelector('section')).backgroundColor)
      return [...document.querySelectorAll('h2, h3, dt, dd, .quiet, .register, .delete, .key')]
        .map((one) => ratio(luminance(getComputedStyle(one).color), behind))
        .concat(ratio(luminance(getComputedStyle(document.getElementById('query'), '::placeholder').color), behind))
    })
    assert.ok(contrast.length > 8 && Math.min(...contrast) >= 4.5, `${colorScheme}: ${Math.min(...contrast)}`)
    for (const tab of ['Actors', 'Names']) {
      await page.getByRole('tab', { name: tab }).click()
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
      assert.equal(tooWide, false, `${tab} in ${colorScheme}`)
    }
    await page.end()
  }
})

test("a client's page shows its own actors", async () => {
  await registry.pageOfClient('carl', 8081)
  const page = await open({}, 'http://127.0.0.1:8081/#actors')
  await registry.client('ann', 'register', 'for-carl')
  for (const kind of ['replica', 'index', 'peer']) {
    await page.locator('#picture .kind').getByText(kind, { exact: true }).waitFor()
  }
  await page.getByRole('tab', { name: 'Names' }).click()
  await latest(page).filter({ hasText: 'for-carl' }).waitFor()
  await page.end()
})

test('a token is asked for, and opens the live view', async () => {
  await registry.pageOfClient('dora', 8082, '--http-token-file', await registry.file('öpen sesame'))
  const page = await open({}, 'http://127.0.0.1:8082/#actors', false)
  page.expected = /401/
  const token = page.getByLabel('This registry asks for a token')
  await token.fill('open barley')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'This token was not accepted.' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'token')
  await page.getByRole('tab', { name: 'Names' }).click()
  await page.getByRole('tab', { name: 'Actors' }).click()
  await page.getByRole('status').filter({ hasText: 'a token is needed' }).waitFor()
  await token.fill('öpen sesame')
  let release
  const asked = new Promise((resolve) => {
    page.route('**/v1/status', (route) => {
      release = () => route.continue()
      resolve()
    }, { times: 1 })
  })
  await page.keyboard.press('Enter')
  await asked
  await page.keyboard.press('Enter') // which makes no second view
  await release()
  await isLive(page)
  assert.equal(await token.isVisible(), false)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-actors')
  await registry.client('ann', 'register', 'with-a-token')
  await page.locator('#messages .message').filter({ hasText: 'log_grown' }).first().waitFor()
  await page.getByRole('tab', { name: 'Names' }).click()
  await latest(page).filter({ hasText: 'with-a-token' }).waitFor()
  const told = await page.locator('#latest .length').allTextContents()
  assert.equal(new Set(told).size, told.length)
  await page.reload()
  await isLive(page)
  assert.equal(await token.isVisible(), false)
  await page.end()
})

let passed = 0
let failed = 0
const words = process.argv.slice(2)
for (const { title, play } of cases) {
  if (words.length > 0 && !words.some((word) => title.includes(word))) continue
  try {
    await play()
    passed++
    console.log(`ok - ${title}`)
  } catch (error) {
    failed++
    console.log(`not ok - ${title}\n${error.stack.replaceAll(/^/gm, '    ')}`)
  }
}
await browser.close()
await registry.end()
if (passed + failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
