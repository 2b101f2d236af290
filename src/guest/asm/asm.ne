# Expressions of the assembler: operators and precedence of C (ISO/IEC 9899:2018, 6.5), over integers.
# operand-grammar.ts adds one rule per operand signature of the ISA to these.

@preprocessor typescript

@{%
import { infix, prefix, terminal, toBinary, toChoice, toInner, toLeaf, toUnary, value } from './tree.js';

const question = infix('?');
const colon = terminal('":"', [':']);
const open = prefix('(');
const close = terminal('")"', [')']);
const sign = prefix('-', '+', '~', '!');
const oror = infix('||');
const andand = infix('&&');
const or = infix('|');
const xor = infix('^');
const and = infix('&');
const equality = infix('==', '!=');
const relation = infix('<', '>', '<=', '>=');
const shift = infix('<<', '>>');
const additive = infix('+', '-');
const multiplicative = infix('*', '/', '%');
%}

expr        -> disjunction                               {% id %}
             | disjunction %question expr %colon expr    {% toChoice %}
disjunction -> conjunction                               {% id %}
             | disjunction %oror conjunction             {% toBinary %}
conjunction -> bits                                      {% id %}
             | conjunction %andand bits                  {% toBinary %}
bits        -> odds                                      {% id %}
             | bits %or odds                             {% toBinary %}
odds        -> mask                                      {% id %}
             | odds %xor mask                            {% toBinary %}
mask        -> comparison                                {% id %}
             | mask %and comparison                      {% toBinary %}
comparison  -> order                                     {% id %}
             | comparison %equality order                {% toBinary %}
order       -> shifted                                   {% id %}
             | order %relation shifted                   {% toBinary %}
shifted     -> sum                                       {% id %}
             | shifted %shift sum                        {% toBinary %}
sum         -> product                                   {% id %}
             | sum %additive product                     {% toBinary %}
product     -> factor                                    {% id %}
             | product %multiplicative factor            {% toBinary %}
factor      -> primary                                   {% id %}
             | %sign factor                              {% toUnary %}
primary     -> %value                                    {% toLeaf %}
             | %open expr %close                         {% toInner %}
