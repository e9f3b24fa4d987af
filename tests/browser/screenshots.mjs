// node screenshots.mjs FOLDER: both views, light and dark.
import { join } from 'node:path'
import { openBrowser, Registry } from './registry.mjs'

const folder = process.argv[2]
const registry = await new Registry().start()
const browser = await openBrowser()

for (const [user, ...names] of [['ann', 'maple', 'maple-leaf', 'birch'], ['bob', 'mahogany', 'oak'], ['cay', 'elm', 'larch', 'mango']]) {
  for (const name of names) await registry.client(user, 'register', name)
}
await registry.client('ann', 'delete', 'maple')
await registry.client('bob', 'register', 'maple')
await registry.pageOfClient('dan', 8081)

for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme })
  await page.goto('http://127.0.0.1:8080/')
  await page.getByRole('searchbox', { name: 'Name, or how it begins' }).fill('ma')
  await page.locator('#results button').filter({ hasText: 'maple' }).first().click()
  await page.getByRole('heading', { name: 'maple', exact: true }).waitFor()
  await page.screenshot({ path: join(folder, `names-${colorScheme}.png`) })

  await page.setViewportSize({ width: 1280, height: 1180 }) // the messages, too
  await page.getByRole('tab', { name: 'Actors' }).click()
  await page.getByRole('searchbox', { name: 'Show only' }).fill('fir')
  await registry.client('ann', 'register', 'fir')
  await page.locator('.message').filter({ hasText: 'change_name' }).first().click()
  await page.getByRole('heading', { name: /^change_name/ }).waitFor()
  await registry.client('ann', 'delete', 'fir')
  await page.evaluate(() => scrollTo(0, 0))
  await page.waitForFunction(() => document.querySelectorAll('#picture .lit').length < 4)
  await page.screenshot({ path: join(folder, `actors-${colorScheme}.png`) })
  await page.close()
}
await browser.close()
await registry.end()
