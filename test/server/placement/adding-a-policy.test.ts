// docs/adding-a-policy.md does not rot: its policy compiles, loads and decides as the text says; its diff fits the table.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { PolicyModule } from '../../../src/server/placement/seam.js';
import { stall, view } from './fixture.js';

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const root = repositoryRoot();
const guide = readFileSync(join(root, 'docs/adding-a-policy.md'), 'utf8');
const block = (language: string): string => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(guide)?.[1] ?? '';

/** Faults of the type checker in `text`, as if it were the file policies/patient.ts. */
function typeFaults(text: string): string[] {
  const path = join(root, 'src/server/placement/policies/patient.ts');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, incremental: false, noEmit: true }, root);
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, languageVersion, ...rest) =>
    name === path ? ts.createSourceFile(name, text, languageVersion, true) : getSourceFile(name, languageVersion, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)!)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** The policy of the guide, with its imports led to the built files beside this test. */
async function patient(): Promise<PolicyModule> {
  const { outputText } = ts.transpileModule(block('ts'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  const built = new URL('../../../src/server/placement/policies/', import.meta.url);
  const code = outputText.replace(/from '(\.[^']+)'/g, (_, path: string) => `from '${new URL(path, built).href}'`);
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`) as { readonly policy: PolicyModule };
  return module.policy;
}

describe('the guide to adding a policy', () => {
  it('has a policy that passes the type checker', () => {
    expect(typeFaults(block('ts'))).toEqual([]);
    expect(typeFaults(block('ts').replace("action: 'remote'", "action: 'remot'"))).not.toEqual([]);
  }, 60_000);

  it('has a policy that serves remotely until its patience is over', async () => {
    const { create } = await patient();
    const policy = create({ patience: 2 }, view());
    const actions = [0, 1, 2, 3].map((repeats) => policy.onStall(stall({ repeats }), view()).action);
    expect(actions).toEqual(['remote', 'remote', 'bring', 'bring']);
    expect(policy.onStall(stall({ dormant: true }), view()).action).toBe('place');
  });

  it('shows the catalogue as it is', () => {
    const catalogue = readFileSync(join(root, 'src/server/placement/catalogue.ts'), 'utf8');
    const lines = block('diff').split('\n').filter((line) => /^[- ]/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(catalogue).toContain(line.slice(1));
  });

  it('names only files that exist', () => {
    const paths = [...guide.matchAll(/`((?:src|test|programs)\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(4);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
