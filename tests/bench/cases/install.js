'use strict';

// Installing an Express app: cold (empty cache, no lockfile), warm (cache and lockfile, no
// node_modules) and again with nothing to do. Every package manager has caches of its own.

const { execFileSync } = require('child_process');

exports.run = async function run({ alternate, fs, gyre, path, peers, root, tools }, rounds = 5) {
  const base = path.join(root, 'build', 'bench-install');
  fs.rmSync(base, { recursive: true, force: true });

  function contender(name, command, args, environment) {
    const project = path.join(base, name, 'project');
    const home = path.join(base, name, 'home');
    const clean = (...parts) => {
      for (const part of parts) fs.rmSync(part, { recursive: true, force: true });
    };
    function timed() {
      const text = execFileSync(path.join(tools, 'measure'), [command, ...args], {
        cwd: project,
        encoding: 'utf8',
        env: { ...process.env, ...environment(home), HOME: home, XDG_CACHE_HOME: `${home}/cache` },
      });
      const { wall, exit } = JSON.parse(text);
      if (exit !== 0) throw new Error(`exit code ${exit}`);
      return wall * 1000;
    }
    return () => {
      clean(project, home);
      fs.mkdirSync(project, { recursive: true });
      fs.mkdirSync(home, { recursive: true });
      fs.copyFileSync(path.join(root, 'examples/express-offload/package.json'),
                      path.join(project, 'package.json'));
      const cold = timed();
      clean(path.join(project, 'node_modules'));
      const warm = timed();
      const noop = timed();
      return { 'cold ms': cold, 'warm ms': warm, 'no-op ms': noop };
    };
  }

  const contenders = { gyre: contender('gyre', gyre, ['install'], () => ({})) };
  const quiet = ['--no-audit', '--no-fund'];
  if (peers.npm && peers.node) {
    contenders.npm = contender('npm', peers.node, [peers.npm, 'install', ...quiet],
                               (home) => ({ npm_config_cache: `${home}/npm` }));
  }
  if (peers.pnpm && peers.node) {
    contenders.pnpm = contender('pnpm', peers.node, [peers.pnpm, 'install'],
                                (home) => ({ npm_config_store_dir: `${home}/store`, CI: '' }));
  }
  if (peers.bun) {
    contenders.bun = contender('bun', peers.bun, ['install'],
                               (home) => ({ BUN_INSTALL_CACHE_DIR: `${home}/bun` }));
  }
  const medians = await alternate(contenders, rounds);
  fs.rmSync(base, { recursive: true, force: true });
  return { 'install (Express app)': medians };
};
