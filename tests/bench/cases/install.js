'use strict';

// Installing an Express app and a tree of more than 700 packages, five ways: cold (empty caches, no
// lockfile), locked (empty caches, lockfile), warm (caches and lockfile), unlocked (caches, no
// lockfile), no-op (everything in place); wall time, processor time and peak memory of all
// processes. Every package manager has caches and a home of its own.
//
// Everything comes from gyre-registry-mock on loopback, which takes the network's noise away. It
// asks the configured registry for what it lacks and keeps it in build/bench-registry, so after the
// first round, which is not counted, nothing leaves the machine. GYRE_BENCH_REGISTRY names another
// registry to measure with, GYRE_BENCH_TREE only one of the trees: express or large.
//
// GYRE_BENCH_DIR is where the projects and caches lie, build/bench-install unless it is set. On a
// disk nothing is deleted before the end, only moved out of the way: for minutes after a deletion
// ext4 looks for inodes that were not in use lately, which costs whoever comes next more than the
// install itself. In a tmpfs (/dev/shm) each contender's round is deleted when it is over: that needs
// 2 GB, the bench on a disk 20 GB for the large tree.
//
// Who needs more than a minute for all its rounds of a tree takes part in fewer of them, in the
// first at least: the log says so. An install that takes longer than five minutes is given up.

const { execFileSync, spawn } = require('child_process');

const peerName = 'best peer';
const secondsEach = 60;
const longestInstall = 300_000;  // ms

// Command line and environment of each package manager found; `home` is its own.
function managers({ gyre, peers }) {
  const found = { gyre: { command: [gyre, 'install'], environment: () => ({}) } };
  const add = (name, file, args, environment) => {
    const command = name === 'bun' ? [file] : [peers.node, file];
    if (command.every(Boolean)) found[name] = { command: [...command, ...args], environment };
  };
  add('npm', peers.npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts'],
      (home) => ({ npm_config_cache: `${home}/npm` }));
  add('pnpm', peers.pnpm, ['install', '--no-frozen-lockfile', '--ignore-scripts'],
      (home) => ({ npm_config_store_dir: `${home}/store` }));
  add('yarn', peers.yarn, ['install', '--ignore-scripts', '--silent'],
      (home) => ({ YARN_CACHE_FOLDER: `${home}/yarn` }));
  add('bun', peers.bun, ['install', '--ignore-scripts'],
      (home) => ({ BUN_INSTALL_CACHE_DIR: `${home}/bun` }));
  return found;
}

const lockfiles = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

// One contender: a function that goes through the five ways once and tells what each took.
function contender({ fs, path, tools }, { folder, manifest, registry, inMemory }, manager) {
  let count = 0;
  return () => {
    const own = path.join(folder, String(++count));
    const project = path.join(own, 'project');
    const home = path.join(own, 'home');
    const figures = {};
    fs.mkdirSync(project, { recursive: true });
    fs.mkdirSync(home);
    fs.writeFileSync(path.join(project, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    fs.writeFileSync(path.join(project, '.npmrc'), `registry=${registry}\n`);

    function without(...names) {
      const aside = fs.mkdtempSync(path.join(own, 'aside-'));
      for (const name of names) {
        const file = path.join(project, name);
        if (fs.existsSync(file)) fs.renameSync(file, path.join(aside, path.basename(name)));
      }
    }
    function timed(way) {
      // What the one before has written must not be this one's to wait for.
      execFileSync('sync');
      const text = execFileSync(path.join(tools, 'measure'), manager.command, {
        cwd: project,
        encoding: 'utf8',
        timeout: longestInstall,
        env: { ...process.env, CI: '', ...manager.environment(home), HOME: home,
               XDG_CACHE_HOME: `${home}/cache`, XDG_DATA_HOME: `${home}/data` },
      });
      const { wall, user, sys, peakMb, exit } = JSON.parse(text);
      if (exit !== 0) throw new Error(`${way}: exit code ${exit}`);
      figures[`${way}: wall ms`] = wall * 1000;
      figures[`${way}: cpu ms`] = (user + sys) * 1000;
      figures[`${way}: peak MB`] = peakMb;
    }

    timed('cold');
    without('node_modules', '../home');
    fs.mkdirSync(home);
    timed('locked');
    without('node_modules');
    timed('warm');
    timed('no-op');
    without('node_modules', ...lockfiles);
    timed('unlocked');
    if (inMemory) fs.rmSync(own, { recursive: true, force: true });
    return figures;
  };
}

// { name: { 'way: figure': value } } → { way: { name: { figure: value } } }, and a row that has the
// best peer's figure as a multiple of gyre's: above 1, gyre does better.
function byWay(medians) {
  const ways = {};
  for (const [name, figures] of Object.entries(medians)) {
    for (const [label, value] of Object.entries(figures)) {
      const [way, figure] = label.split(': ');
      ((ways[way] ??= {})[name] ??= {})[figure] = value;
    }
  }
  for (const rows of Object.values(ways)) {
    const peers = Object.keys(rows).filter((name) => name !== 'gyre');
    if (!rows.gyre || peers.length === 0) continue;
    rows[`${peerName} / gyre`] = Object.fromEntries(Object.keys(rows.gyre).map((figure) => [
      figure, Math.min(...peers.map((name) => rows[name][figure])) / rows.gyre[figure]]));
  }
  return ways;
}

// The address of a registry, and how to end it.
async function startRegistry({ fs, gyre, log, path, root }) {
  if (process.env.GYRE_BENCH_REGISTRY) {
    return { url: process.env.GYRE_BENCH_REGISTRY, stop() {} };
  }
  const settings = execFileSync(gyre, ['config', 'get', 'registry'], { encoding: 'utf8' });
  const recordings = path.join(root, 'build', 'bench-registry');
  fs.mkdirSync(recordings, { recursive: true });
  log(`recording what is missing in ${path.relative(process.cwd(), recordings)}`);
  const mock = spawn(path.join(path.dirname(gyre), 'gyre-registry-mock'),
                     ['--packages', recordings, '--upstream', settings.trim(), '--record'],
                     { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    mock.on('error', reject);
    mock.on('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
    mock.stdout.once('data', (data) => resolve(String(data).trim()));
  });
  mock.removeAllListeners('exit');
  process.on('exit', () => mock.kill());
  return { url, stop: () => mock.kill() };
}

exports.run = async function run(context, rounds = 5) {
  const { alternate, fs, path, root } = context;
  const parent = path.resolve(process.env.GYRE_BENCH_DIR ?? path.join(root, 'build'));
  fs.mkdirSync(parent, { recursive: true });
  const base = fs.mkdtempSync(path.join(parent, 'bench-install-'));
  const kind = execFileSync('stat', ['-f', '-c', '%T', base], { encoding: 'utf8' }).trim();
  const inMemory = kind === 'tmpfs';
  const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
  const trees = {
    express: ['Express app', read('examples/express-offload/package.json'), rounds],
    large: ['more than 700 packages', read('tests/interop/projects/webpack-large/package.json'),
            Math.min(rounds, 3)],
  };
  const chosen = process.env.GYRE_BENCH_TREE;
  const results = {};
  const registry = await startRegistry(context);
  try {
    for (const [title, manifest, count] of chosen ? [trees[chosen]] : Object.values(trees)) {
      const contenders = {};
      for (const [name, manager] of Object.entries(managers(context))) {
        const folder = fs.mkdtempSync(path.join(base, `${name}-`));
        const place = { folder, manifest, registry: registry.url, inMemory };
        contenders[name] = contender(context, place, manager);
      }
      const medians = await alternate(contenders, count, secondsEach);
      for (const [way, rows] of Object.entries(byWay(medians))) {
        results[`install, ${title}, ${way}`] = rows;
      }
    }
  } finally {
    registry.stop();
    fs.rmSync(base, { recursive: true, force: true });
  }
  return results;
};
