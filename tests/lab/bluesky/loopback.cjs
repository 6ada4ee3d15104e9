// Preloaded before anything listens: every server of this process stays on loopback.
'use strict'
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...args) {
  const options = args[0]
  if (options !== null && typeof options === 'object') {
    return listen.call(this, { ...options, host: '127.0.0.1' }, ...args.slice(1))
  }
  if (typeof options === 'number' || options === undefined) {
    const callback = args.find((value) => typeof value === 'function')
    return listen.call(this, { port: options ?? 0, host: '127.0.0.1' }, callback)
  }
  return listen.apply(this, args)
}
