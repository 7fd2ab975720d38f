'use strict';

// Starts a server script under some runtime and waits for the port it prints.

const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const kTicksPerSecond = 100;

// CPU seconds a process has used, all threads.
function cpuSeconds(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond;
}

async function withServer(command, args, use) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await new Promise((resolve, reject) => {
      let text = '';
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      child.stdout.setEncoding('utf8');
      child.stdout.on('data', (part) => {
        text += part;
        const match = /port (\d+)/.exec(text);
        if (match) resolve(Number(match[1]));
      });
    });
    return await use(port, child.pid);
  } finally {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

function load(tools, options) {
  const args = [];
  for (const [name, value] of Object.entries(options)) args.push(`--${name}`, String(value));
  const text = execFileSync(path.join(tools, 'load'), args, { encoding: 'utf8' });
  return JSON.parse(text);
}

module.exports = { cpuSeconds, load, withServer };
