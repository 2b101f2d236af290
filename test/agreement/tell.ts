// A finding in words: the command that runs it again, the program, what was done, what differed.
import { disassembleRows } from '../../src/guest/asm/disassemble.js';
import type { Isa } from '../../src/guest/lang/model.js';
import type { Finding } from './campaign.js';
import { layOut } from './layout.js';

const LAST_STEPS = 30;

export function tell(isa: Isa, { batch, index, program, difference, alone }: Finding): string {
  const { address, bytes, resolve } = layOut(program);
  const listing = disassembleRows(isa, bytes, address).map((row) => (
    `  ${row.address.toString(16)}  ${[...row.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ').padEnd(24)}  ${row.text}`));
  const starts = program.vcpus.map(({ entry, files }, v) => {
    const registers = isa.files.flatMap(({ names }, file) => names.map((name, i) => `${name}=0x${resolve(files[file]![i]!).toString(16)}`));
    return `  vCPU ${v}: pc=0x${resolve(entry).toString(16)} ${registers.join(' ')}`;
  });
  return [
    `${isa.name}: ${difference.what}`,
    `in slice ${difference.slice} of case ${index} of batch ${batch}${alone ? '' : ', which does not fail alone'}; again:`,
    `  npm run agreement -- --isa ${isa.name} --kind ${program.kind} --batch ${batch} --case ${index}`,
    'program', ...listing, 'start', ...starts,
    `what was done, the last ${LAST_STEPS}`, ...difference.log.slice(-LAST_STEPS).map((line) => `  ${line}`), '',
  ].join('\n');
}
