// What compiled code takes a jump for.
import { builtinIsa } from '../../../../isa/index.js';
import { makeDecoder } from '../../../../src/guest/lang/decoder.js';
import { extractOperand } from '../../../../src/guest/lang/encoding.js';
import { flowOf } from '../../../../src/guest/engine/wasm/flow.js';
import { assemble } from '../../../../src/guest/asm/assemble.js';

const isa = builtinIsa('tiny');
const decode = makeDecoder(isa);

function flow(text: string): ReturnType<typeof flowOf> {
  const { image } = assemble({ path: 'flow.s', text: `_start: ${text}\n` }, isa);
  const { address, bytes } = image.segments[0]!;
  const word = BigInt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
  const instruction = decode(word, 32)!;
  return flowOf(isa, { pc: address, instruction, operands: instruction.operands.map((operand) => extractOperand(word, operand)) });
}

it.each([
  ['call _start', true], ['j _start', false], ['jalr lr, 0(t0)', true], ['ret', false], ['jal t0, _start', true],
])('%s is a call: %s', (text, calls) => {
  expect(flow(text)).toMatchObject({ kind: 'jump', conditional: false, calls });
});
