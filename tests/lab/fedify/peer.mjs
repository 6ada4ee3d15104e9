// An ActivityPub server by Fedify, with one person, and a control address for tests.
import { Temporal } from '@js-temporal/polyfill'

globalThis.Temporal ??= Temporal

const { createFederation, generateCryptoKeyPair, MemoryKvStore } = await import('@fedify/fedify')
const vocab = await import('@fedify/vocab')
const { serve } = await import('@hono/node-server')

const options = JSON.parse(process.argv[2])
const origin = `http://127.0.0.1:${options.port}`
const name = options.name
const keys = [
  await generateCryptoKeyPair('RSASSA-PKCS1-v1_5'),
  await generateCryptoKeyPair('Ed25519'),
]
const notes = new Map()
const received = []
const followers = new Map()
let number = 0

const federation = createFederation({
  kv: new MemoryKvStore(),
  origin,
  allowPrivateAddress: true,
  firstKnock: options.firstKnock,
})

federation
  .setActorDispatcher('/users/{identifier}', async (context, identifier) => {
    if (identifier !== name) return null
    const pairs = await context.getActorKeyPairs(identifier)
    return new vocab.Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: options.display ?? identifier,
      summary: options.summary ?? '',
      inbox: context.getInboxUri(identifier),
      outbox: context.getOutboxUri(identifier),
      followers: context.getFollowersUri(identifier),
      endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
      url: new URL(`/@${identifier}`, origin),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    })
  })
  .setKeyPairsDispatcher(() => keys)

federation.setOutboxDispatcher('/users/{identifier}/outbox', () => ({ items: [] }))
federation.setFollowersDispatcher('/users/{identifier}/followers', () => ({
  items: [...followers.values()],
}))
federation.setObjectDispatcher(vocab.Note, '/notes/{id}', (_context, { id }) => notes.get(id) ?? null)

async function note_down(_context, activity) {
  received.push(await activity.toJsonLd({ format: 'compact' }))
}

federation
  .setInboxListeners('/users/{identifier}/inbox', '/inbox')
  .on(vocab.Follow, async (context, follow) => {
    await note_down(context, follow)
    const follower = await follow.getActor(context)
    followers.set(follower.id.href, {
      id: follower.id,
      inboxId: follower.inboxId,
      endpoints: follower.endpoints,
    })
    const answer = new vocab.Accept({
      id: new URL(`/accepts/${++number}`, origin),
      actor: context.getActorUri(name),
      object: follow,
    })
    await context.sendActivity({ identifier: name }, follower, answer)
  })
  .on(vocab.Activity, note_down)

const PUBLIC = new URL('https://www.w3.org/ns/activitystreams#Public')

function make_note(context, order) {
  const id = order.id ?? String(++number)
  const note = new vocab.Note({
    id: new URL(`/notes/${id}`, origin),
    attribution: context.getActorUri(name),
    to: PUBLIC,
    ccs: (order.mention ?? []).map((uri) => new URL(uri)),
    content: order.content,
    published: Temporal.Now.instant(),
    replyTarget: order.reply_to ? new URL(order.reply_to) : null,
    quoteUrl: order.quote ? new URL(order.quote) : null,
    tags: (order.mention ?? []).map(
      (uri) => new vocab.Mention({ href: new URL(uri), name: '@them' }),
    ),
  })
  notes.set(id, note)
  return note
}

const ORDERS = {
  follow: (_context, order, base) => new vocab.Follow({ ...base, object: new URL(order.object) }),
  unfollow: (context, order, base) =>
    new vocab.Undo({
      ...base,
      object: new vocab.Follow({
        id: new URL(order.activity),
        actor: context.getActorUri(name),
        object: new URL(order.object),
      }),
    }),
  post: (context, order, base) =>
    new vocab.Create({ ...base, object: make_note(context, order), to: PUBLIC }),
  edit: (context, order, base) =>
    new vocab.Update({ ...base, object: make_note(context, order), to: PUBLIC }),
  delete: (_context, order, base) =>
    new vocab.Delete({
      ...base,
      object: new vocab.Tombstone({ id: new URL(order.object) }),
      to: PUBLIC,
    }),
  like: (_context, order, base) => new vocab.Like({ ...base, object: new URL(order.object) }),
  boost: (_context, order, base) =>
    new vocab.Announce({ ...base, object: new URL(order.object), to: PUBLIC }),
}

async function control(request) {
  if (request.method === 'GET') return Response.json(received)
  const order = await request.json()
  const context = federation.createContext(new URL(origin), undefined)
  if (order.do === 'lookup') {
    const found = await context.lookupObject(order.object)
    return Response.json(found === null ? null : await found.toJsonLd({ format: 'compact' }))
  }
  const base = {
    id: new URL(`/activities/${++number}`, origin),
    actor: context.getActorUri(name),
  }
  const activity = ORDERS[order.do](context, order, base)
  const actor = await context.lookupObject(order.to)
  try {
    await context.sendActivity({ identifier: name }, actor, activity, { immediate: true })
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 502 })
  }
  const thing = order.do === 'post' ? (await activity.getObject()).id.href : ''
  return Response.json({ id: activity.id.href, object: thing })
}

serve(
  {
    hostname: '127.0.0.1',
    port: options.port,
    fetch: (request) =>
      new URL(request.url).pathname === '/control'
        ? control(request)
        : federation.fetch(request, { contextData: undefined }),
  },
  () => console.log(`READY ${JSON.stringify({ origin, actor: `${origin}/users/${name}` })}`),
)

process.stdin.on('end', () => process.exit(0)).resume()
