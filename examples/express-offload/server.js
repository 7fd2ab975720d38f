'use strict';

// An Express app with one cheap route and one that burns CPU. /report computes inline, on the event
// loop, where every other request waits for it; /report?offload=1 hands the same function to the pool.

const express = require('express');
const { offload } = require('gyre:offload');

const app = express();

app.get('/', (request, response) => response.send('Hello from Express on gyre'));
app.get('/ping', (request, response) => response.json({ pong: true }));

// Self-contained: it runs in another isolate and sees nothing of this file.
function countPrimes(limit) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) {
      if (n % d === 0) {
        isPrime = false;
        break;
      }
    }
    if (isPrime) count++;
  }
  return count;
}

app.get('/report', async (request, response) => {
  const limit = Math.min(Number(request.query.limit ?? 200_000) || 0, 5_000_000);
  const primes = request.query.offload
    ? await offload(countPrimes, limit)
    : countPrimes(limit);
  response.json({ limit, primes });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`listening on ${server.address().port}`);
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
