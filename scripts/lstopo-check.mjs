// Gives the XML of every machine preset to the real lstopo of Debian's hwloc, which must count its parts, read its distances
// and draw it; and imports what lstopo writes of this very machine. Writes a count for scripts/count.mjs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'hyperkernel-lstopo-'));
const run = (program, args) => execFileSync(program, args, {
  cwd: folder, encoding: 'utf8', timeout: 120_000, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'],
});
const hk = (...args) => run(process.execPath, [join(root, 'dist/src/app/cli/main.js'), ...args]);
const lstopo = (...args) => run('lstopo-no-graphics', args);

const checks = [];
const check = (name, holds, shown) => {
  checks.push({ name, holds });
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name}${holds ? '' : `: ${JSON.stringify(shown)}`}`);
};
const count = (text, part) => text.match(part)?.length ?? 0;

/** Rows of numbers without their first, which names the row. */
const tableAfter = (text, heading) => text.slice(text.indexOf(heading)).split('\n').slice(2)
  .map((line) => line.trim().split(/[\s:]+/).slice(1).map(Number)).filter((row) => row.length > 0);

function refuses(action) {
  try {
    action();
  } catch {
    return true;
  }
  return false;
}

function checkPreset({ name, nodes, coresPerNode }) {
  const path = `${name}.xml`;
  writeFileSync(join(folder, path), hk('machine', 'show', name, '--xml'));
  const text = lstopo('-i', path, '--of', 'console');
  const seen = [/NUMANode L#/g, /Core L#/g, /PU L#/g].map((part) => count(text, part));
  check(`lstopo finds the nodes and cores of ${name}`, String(seen) === String([nodes, nodes * coresPerNode, nodes * coresPerNode]), text);

  const distances = lstopo('-i', path, '--distances');
  const hardware = hk('machine', 'show', name, '-H');
  const [theirs, ours] = [tableAfter(distances, 'Relative latency matrix'), tableAfter(hardware, 'node distances:')];
  check(`and the distances of ${name}`, theirs.length === nodes && String(theirs) === String(ours), { distances, hardware });

  lstopo('-i', path, '--no-factorize', '--of', 'svg', '-f', `${name}.svg`);
  const drawing = readFileSync(join(folder, `${name}.svg`), 'utf8');
  const boxes = (part) => count(drawing, new RegExp(`<rect [^>]*class='${part}'`, 'g'));
  check(`and draws ${name}`, boxes('NUMANode') === nodes && boxes('Core') === nodes * coresPerNode, drawing.slice(0, 400));

  lstopo('-i', path, '--of', 'xml', '-f', `again-${path}`);
  const again = hk('machine', 'show', `./again-${path}`, '-H');
  check(`what lstopo writes of ${name} again is read as the same`, again === hardware, again);
}

try {
  for (const entry of JSON.parse(hk('machine', 'list', '--json'))) if (entry.what === 'machine') checkPreset(entry);

  writeFileSync(join(folder, 'broken.xml'), hk('machine', 'show', 'numa-2s', '--xml').replace('type="Package"', 'type="Pakage"'));
  check('and lstopo would have refused a broken one', refuses(() => lstopo('-i', 'broken.xml', '--of', 'console')), 'no fault');

  lstopo('--of', 'xml', '-f', 'here.xml');
  const cores = Number(run('hwloc-calc', ['--number-of', 'core', 'all'])) || Number(run('hwloc-calc', ['--number-of', 'pu', 'all']));
  const nodes = Number(run('hwloc-calc', ['--number-of', 'numa', 'all']));
  const here = hk('machine', 'show', './here.xml');
  const [, foundNodes, foundCores] = /^nodes: (\d+)\ncores: (\d+)$/m.exec(here) ?? [];
  check('the topology of this machine imports', Number(foundNodes) === nodes && nodes * Number(foundCores) <= cores && cores > 0, here);
  const guest = hk('run', join(root, 'programs/tiny/hello.s'), '--machine', './here.xml', '--quiet');
  check('and runs a guest', guest.startsWith('hello number 0\n'), guest);
} catch (error) {
  check('the check itself runs', false, String(error));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const numPassedTests = checks.filter(({ holds }) => holds).length;
const numFailedTests = checks.length - numPassedTests;
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify({ numPassedTests, numFailedTests }));
process.exitCode = numFailedTests > 0 ? 1 : 0;
