// The engines agree in a browser too: runs batches of the campaign (test/agreement) in a Worker of headless Chromium, and one
// with a planted fault, which must be found. Writes its counts as jest does.
//     node scripts/engine-browser-check.mjs REPORT.json
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ISAS = ['tiny', 'toy16', 'acc', 'rv64_slice'];
const PLANTED = 'a sum that loses its highest carry';

const checks = [];
const check = (name, holds, shown) => {
  checks.push({ name, holds });
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name}${holds ? '' : `: ${shown}`}`);
};

let browser;
try {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'dist/test/agreement/browser.js')], bundle: true, platform: 'browser', format: 'iife', target: 'es2023',
    write: false, logLevel: 'error',
  });
  const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const page = await browser.newPage();
  await page.evaluate((code) => {
    window.worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  }, outputFiles[0].text);
  const ask = (order) => page.evaluate((sent) => new Promise((resolve) => {
    window.worker.onmessage = ({ data }) => resolve(data);
    window.worker.onerror = ({ message }) => resolve(`the worker failed: ${message}`);
    window.worker.postMessage(sent);
  }), order);

  for (const isa of ISAS) {
    for (const kind of ['block', 'program']) {
      const found = await ask({ isa, kind, batch: 'browser0' });
      check(`the engines agree on ${kind}s of ${isa} in a Worker of Chromium ${browser.version()}`, found === null, found);
    }
  }
  const found = await ask({ isa: 'tiny', kind: 'program', batch: 'browser0', planted: PLANTED });
  check('and a planted fault is found there', typeof found === 'string' && found.startsWith('tiny: '), found);
} catch (error) {
  check('the check itself runs', false, String(error));
} finally {
  await browser?.close();
}

const numPassedTests = checks.filter(({ holds }) => holds).length;
const numFailedTests = checks.length - numPassedTests;
if (process.argv[2]) writeFileSync(process.argv[2], JSON.stringify({ numPassedTests, numFailedTests }));
process.exitCode = numFailedTests > 0 ? 1 : 0;
