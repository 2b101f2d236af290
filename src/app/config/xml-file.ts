// An XML file as a tree whose elements know their places.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { fail } from '../../base/diagnostics.js';
import { span, spanAt, type SourceFile, type Span } from '../../base/source.js';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly in it, without white space at its ends. */
  readonly text: string;
  readonly at: Span;
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

/** What the parser makes of an element: one key with its name and children, perhaps attributes. */
type Raw = Readonly<Record<string, unknown>>;

/** The outermost elements of the file; raises the first fault of its syntax. */
export function readXml(given: SourceFile): XmlElement[] {
  // XML 1.0, 2.11: ends of lines are one character each. The parser counts them so.
  const file = { path: given.path, text: given.text.replace(/\r\n?/g, '\n') };
  const valid = XMLValidator.validate(file.text);
  if (valid !== true) fail(`not XML: ${valid.err.msg}`, span(file, valid.err.line ?? 1, valid.err.col ?? 1));
  const parser = new XMLParser({
    ignoreAttributes: false, attributeNamePrefix: '', preserveOrder: true, captureMetaData: true,
    parseTagValue: false, parseAttributeValue: false,
  });
  let tree: readonly Raw[];
  try {
    tree = parser.parse(file.text) as readonly Raw[];
  } catch (error) {
    // Limits of the parser, such as on nesting and on entities.
    return fail(`cannot be read: ${(error as Error).message}`, spanAt(file, 0));
  }
  const places = XMLParser.getMetaDataSymbol() as unknown as string;
  return elements(tree, (raw) => spanAt(file, (raw[places] as { readonly startIndex?: number } | undefined)?.startIndex ?? 0));
}

function elements(list: readonly Raw[], place: (raw: Raw) => Span): XmlElement[] {
  return list.flatMap((raw) => {
    const name = Object.keys(raw).find((key) => key !== ATTRIBUTES)!;
    if (name === TEXT || name.startsWith('?')) return [];
    const children = raw[name] as readonly Raw[];
    const text = children.map((child) => (typeof child[TEXT] === 'string' ? child[TEXT] : '')).join('').trim();
    const attributes = (raw[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>;
    const at = place(raw);
    return [{ name, attributes, children: elements(children, place), text, at: { ...at, length: name.length + 1 } }];
  });
}

/** The element and all within it, in the order of the file. */
export function descendants(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(descendants)];
}
