'use strict';

// A server for tests of hostile clients: GET /stats tells what it has seen and what it holds.
//   gyre run measured_server.js '<options of http.createServer as JSON>'
// Prints its port, and ends when its standard input does.

const fs = require('fs');
const http = require('http');

const seen = [];
let longest = 0;  // how long a connection lasted at most, since the last time it was asked
const options = JSON.parse(process.argv[2] ?? '{}');
const server = http.createServer(options, (req, res) => {
  if (req.url === '/stats') {
    globalThis.gc?.();
    const lasted = longest;
    longest = 0;
    res.end(JSON.stringify({
      longest: lasted,
      descriptors: fs.readdirSync('/proc/self/fd').length,
      memory: process.memoryUsage.rss(),
      seen: seen.splice(0),
      limits: [server.headersTimeout, server.requestTimeout, server.keepAliveTimeout],
    }));
    return;
  }
  seen.push(req.url);
  req.resume();
  req.on('end', () => res.end('ok'));
  req.on('error', () => {});
});
server.on('connection', (socket) => {
  const begin = performance.now();
  socket.on('close', () => { longest = Math.max(longest, performance.now() - begin); });
});
server.listen(0, '127.0.0.1', 4096, () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
