# Grammar of one item of an ISA description; items.ts splits the text. Every accepted item has exactly one parse.
@preprocessor typescript
@lexer lexer

@{%
import { lexer, type Token } from './lexer.js';
import { between, type ElementAst, type ExprAst } from './ast.js';

const end = (token: Token) => token.offset + token.text.length;
const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1];
const first = ([value]: any[]) => value;
const second = ([, value]: any[]) => value;
const append = ([list, item]: any[]) => [...list, item];
const appendAfterComma = ([list, , item]: any[]) => [...list, item];
const binary = ([a, op, b]: any[]): ExprAst => ({ k: 'binary', at: between(a.at, b.at), op: op[0].text, a, b });
%}

item -> isa {% first %} | pc {% first %} | word {% first %} | reg {% first %} | field {% first %} | format {% first %}
      | function {% first %} | settings {% first %} | group {% first %} | insn {% first %} | alias {% first %}

isa   -> "isa" %name           {% ([word, name]) => ({ k: 'isa', at: word.at, name }) %}
pc    -> "pc" ":" %name        {% ([word, , type]) => ({ k: 'pc', at: word.at, type }) %}
group -> "group" %string       {% ([word, title]) => ({ k: 'group', at: word.at, title }) %}

word  -> "word" sizes          {% ([word, sizes]) => ({ k: 'word', at: word.at, sizes }) %}
sizes -> size                  {% ([size]) => [size] %}
       | sizes "," size        {% appendAfterComma %}
size  -> %number               {% ([bits]) => ({ bits, when: null }) %}
       | %number "when" %number  {% ([bits, , when]) => ({ bits, when }) %}

reg -> "reg" %name ":" %name count regNames
       {% ([word, name, , type, count, names]) => ({ k: 'reg', at: word.at, name, type, count, names }) %}
count    -> null {% () => null %} | "[" %number "]" {% second %}
regNames -> null {% () => null %} | "{" regName:+ "}" {% second %}
regName  -> spelled            {% ([names]) => ({ names, value: null }) %}
          | spelled "=" signedNumber  {% ([names, , value]) => ({ names, value }) %}
spelled  -> %name              {% ([name]) => [name] %}
          | spelled "|" %name  {% appendAfterComma %}
signedNumber -> %number        {% ([token]) => ({ minus: false, token }) %}
              | "-" %number    {% ([, token]) => ({ minus: true, token }) %}

field -> "field" %name:+ ":" fieldKind  {% ([word, names, , kind]) => ({ k: 'field', at: word.at, names, kind }) %}
fieldKind -> %name             {% ([name]) => ({ name, window: null }) %}
           | %name "[" %number ".." %number "]"  {% ([name, , first, , last]) => ({ name, window: { first, last } }) %}
           | "{" %string:+ "}" {% ([, spellings]) => ({ spellings }) %}

format -> "format" %name "(" params ")" "=" element:+
          {% ([word, name, , params, , , elements]) => ({ k: 'format', at: word.at, name, params, elements }) %}
params -> null {% () => [] %} | names {% first %}
names  -> %name                {% ([name]) => [name] %}
        | names "," %name      {% appendAfterComma %}

element -> %number             {% ([token]) => ({ token, ranges: null, at: token.at, end: end(token) }) %}
         | %name               {% ([token]) => ({ token, ranges: null, at: token.at, end: end(token) }) %}
         | %name "[" ranges "]"
           {% ([token, , ranges, close]) => ({ token, ranges, at: between(token.at, close.at), end: end(close) }) %}
ranges  -> range               {% ([range]) => [range] %}
         | ranges "|" range    {% appendAfterComma %}
range   -> %number             {% ([bit]) => ({ hi: bit, lo: bit }) %}
         | %number ":" %number {% ([hi, , lo]) => ({ hi, lo }) %}

function -> "extern" signatures {% ([word, functions]) => ({ k: 'extern', at: word.at, pure: false, functions }) %}
          | "extern" "pure" signatures  {% ([word, , functions]) => ({ k: 'extern', at: word.at, pure: true, functions }) %}
          | "guest" signatures {% ([word, functions]) => ({ k: 'guest', at: word.at, pure: false, functions }) %}
signatures -> signature                 {% ([signature]) => [signature] %}
            | signatures "," signature  {% appendAfterComma %}
signature -> %name "(" params ")"             {% ([name, , args]) => ({ name, args, result: null }) %}
           | %name "(" params ")" "->" %name  {% ([name, , args, , , result]) => ({ name, args, result }) %}

settings -> ("memory" | "start") "{" setting:* "}"
            {% ([[word], , settings]) => ({ k: word.text, at: word.at, settings }) %}
setting  -> %name "=" signedNumber  {% ([name, , value]) => ({ name, value }) %}
          | %name "=" %name         {% ([name, , token]) => ({ name, value: { minus: false, token } }) %}

insn -> "insn" syntax "is" encoding where cost body
        {% ([word, syntax, is, encoding, where, cost, { from, ...body }]) => ({
             k: 'insn', at: syntax.mnemonic.at, syntax, encoding, where, cost: cost?.cycles ?? null, ...body,
             encodingRange: [end(is), where ? cost?.from ?? from : encoding.end],
        }) %}
where -> null {% () => null %} | "where" choice {% second %}
cost  -> null {% () => null %} | "cost" %number {% ([word, cycles]) => ({ cycles, from: word.offset }) %}
body  -> block     {% ([block]) => ({ from: block.from, body: block.list, expansion: null, semanticsRange: [block.from + 1, block.to] }) %}
       | "=>" syntax
         {% ([arrow, syntax]) => ({ from: arrow.offset, body: null, expansion: syntax, semanticsRange: [arrow.offset, syntax.end] }) %}

encoding -> element:+
            {% ([elements]) => {
                 const { at, end } = last<ElementAst>(elements)!;
                 return { format: null, elements, at: between(elements[0].at, at), end };
            } %}
          | %name "(" arguments ")"
            {% ([format, , elements, close]) => ({ format, elements, at: between(format.at, close.at), end: end(close) }) %}
arguments -> null {% () => [] %} | argumentList {% first %}
argumentList -> element        {% ([element]) => [element] %}
              | argumentList "," element  {% appendAfterComma %}

alias -> "alias" syntax "=>" syntax
         {% ([word, syntax, arrow, expansion]) =>
              ({ k: 'alias', at: syntax.mnemonic.at, syntax, expansion, textRange: [end(arrow), expansion.end] }) %}

syntax -> mnemonic suffix syntaxToken:*
          {% ([mnemonic, suffix, tokens]) => {
               const final = last<Token>(tokens) ?? suffix ?? mnemonic;
               return { mnemonic, suffix, tokens, at: between(mnemonic.at, final.at), end: end(final) };
          } %}
mnemonic -> %name {% first %} | %keyword {% first %}
suffix -> null {% () => null %} | "^" %name {% second %}
syntaxToken -> %name {% first %} | %number {% first %} | %string {% first %}
             | ("," | "(" | ")" | "[" | "]" | "+" | "-" | "*" | ":" | "#" | "@" | "$" | "=" | "!" | "&")
               {% ([[token]]) => token %}

block      -> "{" statements "}"         {% ([open, list, close]) => ({ list, from: open.offset, to: close.offset }) %}
            | "{" statements simple "}"
              {% ([open, list, statement, close]) => ({ list: [...list, statement], from: open.offset, to: close.offset }) %}
statements -> null                       {% () => [] %}
            | statements simple ";"      {% append %}
            | statements conditional     {% append %}
            | statements conditional ";" {% append %}

conditional -> "if" choice block         {% ([word, c, block]) => ({ k: 'if', at: word.at, c, body: block.list }) %}
simple -> %name "=" expression           {% ([name, , value]) => ({ k: 'set', at: name.at, name, value }) %}
        | "pc" "=" expression            {% ([word, , target]) => ({ k: 'jump', at: word.at, target }) %}
        | %memory "[" expression "]" "=" expression
          {% ([memory, , addr, , , value]) => ({ k: 'store', at: memory.at, memory, addr, value }) %}
        | "let" %name letType "=" expression
          {% ([word, name, type, , value]) => ({ k: 'let', at: word.at, name, type, value }) %}
        | "trap" "(" expression "," expression ")"
          {% ([word, , cause, , value]) => ({ k: 'trap', at: word.at, cause, value }) %}
        | "pause"                        {% ([word]) => ({ k: 'pause', at: word.at }) %}
        | call                           {% ([value]) => ({ k: 'do', at: value.at, value }) %}
        | update                         {% ([value]) => ({ k: 'do', at: value.at, value }) %}
letType -> null {% () => null %} | ":" %name {% second %}

# rmw binds weakest: its function extends as far right as it can.
expression -> choice {% first %} | update {% first %}
update -> "rmw" %memory "[" expression "]" %name "=>" expression
          {% ([word, memory, , addr, , old, , f]) => ({ k: 'rmw', at: word.at, memory, addr, old, f }) %}
choice -> compare {% first %}
        | compare "?" choice ":" choice  {% ([c, , a, , b]) => ({ k: 'ternary', at: between(c.at, b.at), c, a, b }) %}
compare -> or {% first %}
         | or ("==" | "!=" | "<s" | "<u" | "<=s" | "<=u" | ">s" | ">u" | ">=s" | ">=u") or {% binary %}
or    -> xor {% first %}     | or ("|") xor {% binary %}
xor   -> and {% first %}     | xor ("^") and {% binary %}
and   -> shift {% first %}   | and ("&") shift {% binary %}
shift -> sum {% first %}     | shift ("<<" | ">>s" | ">>u") sum {% binary %}
sum   -> product {% first %} | sum ("+" | "-") product {% binary %}
product -> unary {% first %} | product ("*" | "/s" | "/u" | "%s" | "%u") unary {% binary %}
unary -> postfix {% first %}
       | ("-" | "~" | "!") unary         {% ([[op], a]) => ({ k: 'unary', at: between(op.at, a.at), op: op.text, a }) %}
postfix -> primary {% first %}
         | postfix "[" %number "]"
           {% ([a, , bit, close]) => ({ k: 'slice', at: between(a.at, close.at), a, hi: bit, lo: bit }) %}
         | postfix "[" %number ":" %number "]"
           {% ([a, , hi, , lo, close]) => ({ k: 'slice', at: between(a.at, close.at), a, hi, lo }) %}
primary -> %number                       {% ([token]) => ({ k: 'number', at: token.at, token }) %}
         | %name                         {% ([name]) => ({ k: 'name', at: name.at, name: name.text }) %}
         | ("pc" | "next")               {% ([[word]]) => ({ k: word.text, at: word.at }) %}
         | ("sx" | "zx") "(" expression ")"
           {% ([[word], , a, close]) => ({ k: 'extend', at: between(word.at, close.at), signed: word.text === 'sx', a }) %}
         | %memory "[" expression "]"
           {% ([memory, , addr, close]) => ({ k: 'load', at: between(memory.at, close.at), memory, addr }) %}
         | call {% first %}
         | "(" expression ")"            {% ([open, a, close]) => ({ ...a, at: between(open.at, close.at) }) %}
call -> %name "(" callArguments ")"
        {% ([name, , args, close]) => ({ k: 'call', at: between(name.at, close.at), name, args }) %}
callArguments -> null {% () => [] %} | callList {% first %}
callList -> expression                   {% ([argument]) => [argument] %}
          | callList "," expression      {% appendAfterComma %}
