'use strict';

// Installing an Express app and a tree of more than 700 packages: cold (empty caches, no lockfile),
// warm (caches and lockfile, no node_modules) and again with nothing to do; wall time, processor
// time and peak memory. Every package manager has caches of its own. GYRE_BENCH_REGISTRY names a
// registry, such as a recording one on loopback, which takes the network's noise away.

const { execFileSync } = require('child_process');

const registry = process.env.GYRE_BENCH_REGISTRY;

const largeTree = {
  name: 'large-tree',
  version: '1.0.0',
  private: true,
  dependencies: { express: '^4.19.2', next: '^15.1.0', react: '^18.3.1', 'react-dom': '^18.3.1' },
  devDependencies: {
    '@babel/core': '^7.26.0',
    '@babel/preset-env': '^7.26.0',
    'babel-jest': '^29.7.0',
    'babel-loader': '^9.2.1',
    'eslint': '^8.57.1',
    'eslint-plugin-import': '^2.31.0',
    'eslint-plugin-react': '^7.37.0',
    'jest': '^29.7.0',
    'typescript': '^5.7.0',
    'webpack': '^5.97.0',
    'webpack-cli': '^5.1.4',
    'webpack-dev-server': '^5.2.0',
  },
};

// Command line and environment of each package manager found; `home` is its own.
function managers({ gyre, peers }) {
  const found = { gyre: { command: gyre, args: ['install'], environment: () => ({}) } };
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  if (peers.npm && peers.node) {
    found.npm = { command: peers.node, args: [peers.npm, 'install', ...quiet],
                  environment: (home) => ({ npm_config_cache: `${home}/npm` }) };
  }
  if (peers.pnpm && peers.node) {
    found.pnpm = { command: peers.node, args: [peers.pnpm, 'install', '--ignore-scripts'],
                   environment: (home) => ({ npm_config_store_dir: `${home}/store`, CI: '' }) };
  }
  if (peers.yarn && peers.node) {
    found.yarn = { command: peers.node,
                   args: [peers.yarn, 'install', '--ignore-scripts', '--silent'],
                   environment: (home) => ({ YARN_CACHE_FOLDER: `${home}/yarn` }) };
  }
  if (peers.bun) {
    found.bun = { command: peers.bun, args: ['install', '--ignore-scripts'],
                  environment: (home) => ({ BUN_INSTALL_CACHE_DIR: `${home}/bun` }) };
  }
  return found;
}

function contender({ fs, path, tools }, base, name, manifest, manager) {
  const project = path.join(base, name, 'project');
  const home = path.join(base, name, 'home');
  const clean = (...parts) => {
    for (const part of parts) fs.rmSync(part, { recursive: true, force: true });
  };
  function timed() {
    const text = execFileSync(path.join(tools, 'measure'), [manager.command, ...manager.args], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, ...manager.environment(home), HOME: home,
             XDG_CACHE_HOME: `${home}/cache` },
    });
    const { wall, user, sys, peakMb, exit } = JSON.parse(text);
    if (exit !== 0) throw new Error(`exit code ${exit}`);
    return { wall: wall * 1000, cpu: (user + sys) * 1000, peakMb };
  }
  return () => {
    clean(project, home);
    fs.mkdirSync(project, { recursive: true });
    fs.mkdirSync(home, { recursive: true });
    fs.writeFileSync(path.join(project, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    if (registry) fs.writeFileSync(path.join(project, '.npmrc'), `registry=${registry}\n`);
    const cold = timed();
    clean(path.join(project, 'node_modules'));
    const warm = timed();
    const noop = timed();
    return {
      'cold ms': cold.wall, 'cold cpu': cold.cpu, 'cold MB': cold.peakMb,
      'warm ms': warm.wall, 'warm cpu': warm.cpu, 'no-op ms': noop.wall, 'no-op cpu': noop.cpu,
    };
  };
}

// peer / gyre for every figure: above 1, gyre does better.
function addRatios(medians, log) {
  if (!medians.gyre) return;
  for (const [name, figures] of Object.entries(medians)) {
    if (name === 'gyre') continue;
    const ratios = Object.entries(figures).map(([figure, value]) => {
      const ratio = value / medians.gyre[figure];
      return `${figure.replace(/ ms$/, '')} ${ratio.toFixed(2)}`;
    });
    log(`  ${name} / gyre: ${ratios.join(', ')}`);
  }
}

exports.run = async function run(context, rounds = 5) {
  const { alternate, fs, log, path, root } = context;
  const base = path.join(root, 'build', 'bench-install');
  const express = JSON.parse(
    fs.readFileSync(path.join(root, 'examples/express-offload/package.json'), 'utf8'));
  const results = {};
  const trees = [['Express app', express, rounds],
                 ['more than 700 packages', largeTree, Math.min(rounds, 3)]];
  for (const [title, manifest, count] of trees) {
    fs.rmSync(base, { recursive: true, force: true });
    const contenders = {};
    for (const [name, manager] of Object.entries(managers(context))) {
      contenders[name] = contender(context, base, name, manifest, manager);
    }
    const medians = await alternate(contenders, count);
    addRatios(medians, log);
    results[`install (${title})`] = medians;
  }
  fs.rmSync(base, { recursive: true, force: true });
  return results;
};
