// What a person sees of a fault: place, source line, caret, suggestion.
import { Faults, InputError, fail, formatDiagnostic } from '../../src/base/diagnostics.js';
import { lineText, span, spanAt, type SourceFile } from '../../src/base/source.js';
import { didYouMean } from '../../src/base/suggest.js';

const file = (text: string, path = 'a.s'): SourceFile => ({ path, text });

describe('a fault with a place', () => {
  it('shows the line with carets under the span, and the hint below', () => {
    const source = file('first\n  addd a0, a1\n');
    expect(formatDiagnostic({ message: 'unknown instruction "addd"', at: span(source, 2, 3, 4), hint: 'did you mean "add"?' }))
      .toBe('a.s:2:3: error: unknown instruction "addd"\n    addd a0, a1\n    ^^^^\n  did you mean "add"?');
  });

  it('keeps tabs before the caret, so that it stands right at any tab width', () => {
    const source = file('\tli\ta0, 1x');
    expect(formatDiagnostic({ message: 'm', at: span(source, 1, 9, 2) })).toBe('a.s:1:9: error: m\n  \tli\ta0, 1x\n  \t  \t    ^^');
  });

  it('cuts carets at the end of the line, and shows one beyond it', () => {
    const source = file('abc');
    const carets = (column: number, length: number) => formatDiagnostic({ message: 'm', at: span(source, 1, column, length) }).split('\n')[2];
    expect(carets(2, 99)).toBe('   ^^');
    expect(carets(4, 1)).toBe('     ^');
    expect(carets(1, 0)).toBe('  ^');
  });

  it('finds lines of files from other systems', () => {
    const source = file('one\r\ntwo\r\n');
    expect([lineText(source, 1), lineText(source, 2), lineText(source, 9)]).toEqual(['one', 'two', '']);
    expect(spanAt(source, 5, 3)).toEqual(span(source, 2, 1, 3));
  });
});

it('a fault without a place is one line', () => {
  expect(() => fail('--nodes: expected a number')).toThrow(new InputError([{ message: '--nodes: expected a number' }]));
  expect(formatDiagnostic({ message: 'm' })).toBe('error: m');
});

describe('the faults of a file', () => {
  it('are raised in one go, in the order of their places, those without a place last', () => {
    const [one, two] = [file('x\ny\nz', 'one.s'), file('x', 'two.s')];
    const faults = new Faults();
    faults.add('nowhere');
    faults.add('third', span(one, 3, 1));
    faults.add('other file', span(two, 1, 1));
    faults.add('second', span(one, 1, 2));
    faults.add('first', span(one, 1, 1));
    faults.add('first, again', span(one, 1, 1));
    let raised: readonly string[] = [];
    try {
      faults.raise();
    } catch (error) {
      raised = (error as InputError).diagnostics.map(({ message }) => message);
    }
    expect(raised).toEqual(['first', 'first, again', 'second', 'third', 'other file', 'nowhere']);
  });

  it('are collected from actions that fail, while other errors pass through', () => {
    const faults = new Faults();
    expect(faults.collect(() => fail('a'))).toBeUndefined();
    expect(faults.collect(() => 7)).toBe(7);
    expect(faults.list.map(({ message }) => message)).toEqual(['a']);
    expect(() => faults.collect(() => { throw new RangeError('a bug'); })).toThrow(RangeError);
  });

  it('raise nothing where there are none', () => expect(() => new Faults().raise()).not.toThrow());
});

describe('a suggestion', () => {
  const known = ['stencil', 'vecsum', 'SIZE', 'side', 'a0', 'a1', 'x'];

  it.each([
    ['stencl', 'stencil'], ['VECSUM', 'vecsum'], ['size', 'SIZE'], ['a2', 'a0'], ['vecsums', 'vecsum'],
  ])('for %s is %s', (name, expected) => expect(didYouMean(name, known)).toBe(`did you mean "${expected}"?`));

  it.each(['matmul', 'qqq', 'stencilstencil'])('is not made for %j, which is like nothing known', (name) => {
    expect(didYouMean(name, known)).toBeUndefined();
  });
});
