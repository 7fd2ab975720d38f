// Asks the mock registry to take its time over a tarball.
const { request } = require('node:http');
const fault = { url: '/beta/-/*', delay: 3000 };
const url = process.env.npm_config_registry + '-/mock/faults';
request(url, { method: process.argv[2] ?? 'POST' }, (answer) => answer.resume()).end(JSON.stringify(fault));
