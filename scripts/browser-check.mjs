// Opens the picture of a run in Chromium, from a file and without a network, and checks that it draws itself: no errors
// on the console, both plots painted, the figures of the report in the page. Writes its counts as jest does.
//   node scripts/browser-check.mjs REPORT.json
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'hyperkernel-browser-'));
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${join(folder, 'profile')}`];
/** What the page is told to do once it has drawn itself: say so in a place that --dump-dom shows. */
const PROBE = `<script>
  window.faults = [];
  window.addEventListener('error', (event) => faults.push(String(event.message)));
  window.addEventListener('unhandledrejection', (event) => faults.push(String(event.reason)));
  const { error } = console;
  console.error = (...words) => { faults.push(words.join(' ')); error(...words); };
</script>`;
const VERDICT = `<script>
  setTimeout(() => {
    const painted = [...document.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    const verdict = document.createElement('output');
    verdict.id = 'verdict';
    verdict.textContent = JSON.stringify({ faults, painted, text: document.body.innerText });
    document.body.append(verdict);
  }, 2000);
</script>`;

const checks = [];
const check = (name, holds, shown) => {
  checks.push({ name, holds });
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name}${holds ? '' : `: ${JSON.stringify(shown)}`}`);
};

/** What the page told after its scripts had run. A loaded machine may end the page before its time: up to three attempts. */
async function open(path) {
  const args = [...FLAGS, '--virtual-time-budget=10000', '--dump-dom', pathToFileURL(path).href];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const { stdout } = await promisify(execFile)('chromium', args, { timeout: 120_000, maxBuffer: 2 ** 28 });
    const [, text] = /<output id="verdict">([^<]*)<\/output>/.exec(stdout) ?? [];
    if (text === undefined) continue;
    return JSON.parse(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&'));
  }
  return undefined;
}

try {
  const run = (...words) => execFileSync(process.execPath, [join(root, 'dist/src/app/cli/main.js'), 'run', ...words], { cwd: root, encoding: 'utf8' });
  const path = join(folder, 'picture.html');
  const report = JSON.parse(run('programs/tiny/stencil.s', '--nodes', '4', '--vcpus', '8', '--json', '--picture', path));
  const page = readFileSync(path, 'utf8');
  check('the picture loads nothing', !/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i.test(page), 'an address in it');

  const probed = join(folder, 'probed.html');
  writeFileSync(probed, page.replace('<head>', `<head>${PROBE}`).replace('</body>', `${VERDICT}</body>`));
  const seen = await open(probed);
  check('the picture draws itself in Chromium', seen !== undefined, 'no verdict from the page');
  check('without errors on the console', seen?.faults.length === 0, seen?.faults);
  check('with a timeline and a strip of pages', seen?.painted.length >= 2 && seen.painted.every((colours) => colours >= 4), seen?.painted);
  check('with the figures of the report', ['vCPU', `${report.perNode.length} nodes`, report.stalls.toLocaleString('en')].every((text) => seen?.text.includes(text)), seen?.text.slice(0, 400));

  const broken = join(folder, 'broken.html');
  writeFileSync(broken, page.replace('<head>', `<head>${PROBE}<script>missing();</script>`).replace('</body>', `${VERDICT}</body>`));
  check('and an error in it would have been seen', (await open(broken))?.faults.length === 1, 'no fault reported');
} catch (error) {
  check('the check itself runs', false, String(error));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const numPassedTests = checks.filter(({ holds }) => holds).length;
const numFailedTests = checks.length - numPassedTests;
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify({ numPassedTests, numFailedTests }));
process.exitCode = numFailedTests > 0 ? 1 : 0;
