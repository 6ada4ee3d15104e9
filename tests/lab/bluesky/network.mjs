// A Bluesky network for tests. Argument: {"appview": bool}. Prints one line of JSON when it
// is ready, and SETTLED when everything written so far has arrived everywhere, once for each
// line it reads. It ends when its standard input does, that is, with whoever started it.
import { createInterface } from 'node:readline'
import { TestNetwork, TestNetworkNoAppView } from '@atproto/dev-env'

const wish = JSON.parse(process.argv[2] ?? '{"appview": true}')

async function start () {
  if (!wish.appview) {
    return TestNetworkNoAppView.create({ pds: { hostname: 'localhost' } })
  }
  return TestNetwork.create({
    pds: { hostname: 'localhost', enableDidDocWithSession: true },
    bsky: { dbPostgresSchema: 'bsky' },
  })
}

const network = await start()
let closing = false

async function stop () {
  if (closing) return
  closing = true
  setTimeout(() => process.exit(0), 5000).unref()
  await network.close().catch(() => {})
  process.exit(0)
}

const lines = createInterface({ input: process.stdin })
lines.on('line', async () => {
  if (wish.appview) {
    await network.processFullSubscription(60_000)
    await network.bsky.sub.processAll()
  } else {
    await network.processAll()
  }
  process.stdout.write('SETTLED\n')
})
lines.on('close', stop)
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

process.stdout.write('\nREADY ' + JSON.stringify({
  pds: network.pds.url,
  plc: network.plc.url,
  appview: wish.appview ? network.bsky.url : '',
}) + '\n')
