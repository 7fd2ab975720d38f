// An ES module that fails as the program's main is an uncaught error: 'unhandledRejection' does not
// hear of it, whatever --unhandled-rejections says.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';

function run(code, ...options) {
  const args = [...options, '--input-type=module', '-e', code];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const kListens = `
  process.on('unhandledRejection', () => console.log('wrong'));
  process.on('uncaughtException', (error, origin) => console.log(error, origin));
  await 1;
  throw { a: 1 };`;
assert.deepStrictEqual(run(kListens),
                       { status: 0, stdout: '{ a: 1 } unhandledRejection\n', stderr: '' });

for (const options of [[], ['--unhandled-rejections=warn']]) {
  const { status, stdout, stderr } = run('await 1; throw { a: 1 };', ...options);
  assert.strictEqual(status, 1);
  assert.strictEqual(stdout, '');
  assert.match(stderr, /^\{ a: 1 \}$/m);
  assert.doesNotMatch(stderr, /ERR_UNHANDLED_REJECTION|Warning/);
}
assert.match(run('throw undefined').stderr, /^undefined\n\(Use `node --trace-uncaught/m);
